// Ends of runs that go where executus.yaml says.
#include <atomic>
#include <csignal>
#include <map>
#include <random>
#include <thread>

#include <executus/deliver/webhook_signature.hpp>
#include <executus/journal/outgoing.hpp>
#include <executus/testing/http_server.hpp>

#include "cli_program.hpp"
#include "crash/seed.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const char* const kSecretOfHook = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

class DeliveryCommands : public CliProgram {
 protected:
  DeliveryCommands() { agent("triage", "  - text: Disk full.\n"); }

  // An executus.yaml with the target `hook`.
  void hook(const HttpServer& server) {
    environment_["HOOK_SECRET"] = kSecretOfHook;
    write("executus.yaml", "deliver:\n  hook: {webhook: '" + server.url("/hook") +
                               "', secret: '${HOOK_SECRET}', allow_private_network: true}\n");
  }
  static HttpServer::Handler answers(int status) {
    return [status](const auto&) {
      HttpServer::Reply reply;
      reply.status = status;
      return reply;
    };
  }
};

TEST_F(DeliveryCommands, PostASignedWebhook) {  // [TOOL-09] [IO-09]
  HttpServer server(answers(204));
  hook(server);
  agent("triage", "  - text: Disk full.\n", "deliver: hook\n");

  auto finished = run({"run", "triage", "Why?", "--run-id", "r1", "--json"});

  ASSERT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.json().at("delivery").at("state"), "delivered");
  auto request = server.requests().at(0);
  auto header = [&](std::string_view name) { return std::string(request.header(name).value_or("")); };
  auto secret = deliver::WebhookSecret::parse(kSecretOfHook).value();
  deliver::WebhookHeaders headers{header("webhook-id"), header("webhook-timestamp"), header("webhook-signature")};
  EXPECT_EQ(deliver::check_webhook(secret, headers, request.body, system_clock().wall()),
            deliver::WebhookCheck::genuine);
  EXPECT_THAT(run({"runs", "events", "r1", "--json"}).out, Not(HasSubstr(kSecretOfHook)));
}

TEST_F(DeliveryCommands, ShowWhyADeliveryIsOverOrWaits) {  // [DUR-45]
  HttpServer gone(answers(410)), broken(answers(500));
  hook(gone);
  EXPECT_EQ(run({"run", "triage", "Why?", "--deliver", "hook", "--run-id", "r1"}).exit, 0);
  EXPECT_THAT(run({"runs", "show", "r1"}).out, AllOf(HasSubstr("delivery    refused"), HasSubstr("410")));
  hook(broken);
  EXPECT_EQ(run({"run", "triage", "Why?", "--deliver", "hook", "--run-id", "r2"}).exit, 0);
  EXPECT_THAT(run({"runs", "show", "r2"}).out, AllOf(HasSubstr("delivery    pending"), HasSubstr("500")));
}

TEST_F(DeliveryCommands, SendAgainWhatWasRefused) {  // [DUR-45] [IO-09]
  HttpServer gone(answers(410)), mended(answers(204));
  hook(gone);
  EXPECT_EQ(run({"run", "triage", "Why?", "--deliver", "hook", "--run-id", "r1"}).exit, 0);
  EXPECT_EQ(run({"run", "triage", "Why?", "--run-id", "r2"}).exit, 0);
  auto listed = run({"runs", "list", "--undelivered", "--json"}).json().as_array();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].at("run_id"), "r1");
  EXPECT_EQ(listed[0].at("delivery").at("state"), "refused");
  EXPECT_THAT(run({"runs", "list", "--undelivered"}).out, AllOf(HasSubstr("refused"), HasSubstr("410")));

  hook(mended);
  EXPECT_EQ(run({"runs", "deliver", "r1", "--json"}).json().at("delivery").at("state"), "pending");
  EXPECT_THAT(run({"runs", "deliver", "r1"}).err, HasSubstr("is sent by itself"));
  EXPECT_EQ(run({"recover"}).exit, 0);

  auto first = gone.requests().at(0), again = mended.requests().at(0);
  EXPECT_EQ(again.header("webhook-id"), first.header("webhook-id"));
  EXPECT_EQ(again.body, first.body);
  EXPECT_THAT(run({"runs", "list", "--undelivered"}).out, HasSubstr("no delivery is open"));
  EXPECT_THAT(run({"runs", "deliver", "r1"}).err, HasSubstr("was delivered, and is not sent twice"));
  EXPECT_THAT(run({"runs", "deliver", "r2"}).err, HasSubstr("has no end that is delivered"));
}

// Killed when the server has received an end that the seed chooses, before it answers: that end comes again, under its
// id, and no other does.
TEST_F(DeliveryCommands, BringEachEndAcrossAKill) {  // [DUR-45] [IO-09]
  const auto seed = crash::first_seed();
  SCOPED_TRACE("EXECUTUS_CRASH_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto fatal = std::uniform_int_distribution<int>(1, 4)(random);
  std::atomic<pid_t> worker_pid = 0;
  std::atomic<int> received = 0;
  HttpServer server([&](const auto&) {
    HttpServer::Reply reply;
    reply.status = 204;
    if (++received != fatal) return reply;
    while (worker_pid == 0) std::this_thread::yield();
    ::kill(worker_pid, SIGKILL);
    return reply;
  });
  hook(server);
  for (const char* id : {"r1", "r2", "r3", "r4"})
    ASSERT_EQ(run({"run", "triage", "Why?", "--deliver", "hook", "--run-id", id, "--detach", "-q"}).exit, 0);
  auto worker = start({"worker"});
  worker_pid = worker->pid();

  EXPECT_EQ(worker->finish().exit, 1000 + SIGKILL);
  environment_["LD_PRELOAD"] = EXECUTUS_CLOCK_AHEAD;
  environment_["CLOCK_AHEAD_S"] = std::to_string(journal::kTryHold / std::chrono::seconds(1) + 1);
  EXPECT_EQ(run({"recover"}).exit, 0);

  std::map<std::string, int> times;  // by the id of the end
  for (const auto& request : server.requests()) ++times[std::string(request.header("webhook-id").value_or(""))];
  EXPECT_EQ(times.size(), 4U) << "one id for each end, also of one that came twice";
  EXPECT_LE(received, 8) << "none came a third time";
  EXPECT_THAT(run({"runs", "list", "--undelivered"}).out, HasSubstr("no delivery is open"));
}

// With --json there is one JSON value on standard output, and with -q an id: the end waits for a command without.
TEST_F(DeliveryCommands, LeaveStandardOutputToTheCommandsOwnAnswer) {  // [IO-09] [DUR-45]
  write("executus.yaml", "deliver: {screen: {stdout: true}}\n");
  EXPECT_THAT(run({"run", "triage", "Why?", "--deliver", "screen"}).out, HasSubstr("\"type\":\"run.ended\""));

  auto json = run({"run", "triage", "Why?", "--deliver", "screen", "--json"});
  EXPECT_EQ(json.json().at("delivery").at("state"), "pending") << json.out;
  auto quiet = run({"run", "triage", "Why?", "--deliver", "screen", "-q"});
  EXPECT_EQ(quiet.exit, 0) << quiet.err;
  EXPECT_THAT(quiet.out, Not(HasSubstr("run.ended")));
}

TEST_F(DeliveryCommands, SayWhatIsWrongBeforeTheRun) {  // [IO-09]
  write("executus.yaml",
        "deliver:\n  answers: {file: a.jsonl}\n  hook: {webhook: 'https://a.example', secret: '${HOOK_SECRET}'}\n");
  auto misspelt = run({"run", "triage", "Why?", "--deliver", "answer"});
  EXPECT_EQ(misspelt.exit, 2);
  EXPECT_THAT(misspelt.err, HasSubstr("did you mean 'answers'?"));
  auto doctor = run({"doctor", "--json"}).json();
  EXPECT_EQ(doctor.at("deliveries").at("targets"), 2);
  EXPECT_THAT(std::string(doctor.at("deliveries").at("problem").as_string()), HasSubstr("HOOK_SECRET"));
  agent("triage", "  - text: Disk full.\n", "deliver: answrs\n");
  EXPECT_THAT(run({"agents", "validate", "agents/triage.yaml"}).err, HasSubstr("names no target 'answrs'"));
}

}  // namespace
}  // namespace executus::testing
