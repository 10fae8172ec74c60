// Targets of all kinds on a real loop, with real files, programs and sockets.
#include "deliver/targets/named_targets.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/async/root_group.hpp>
#include <executus/testing/http_server.hpp>
#include <executus/testing/temporary_folder.hpp>

namespace executus::deliver {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const char* const kAnySecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

testing::HttpServer::Reply answer(int status) {
  testing::HttpServer::Reply reply;
  reply.status = status;
  return reply;
}

class Targets : public ::testing::Test {
 protected:
  // "delivered", or the code and words of what is thrown.
  std::string deliver(const std::string& name, std::string output = "done") {
    DeliveryTarget to = delivery_to({name, "/etc/executus.yaml"});
    to.key = "run/4";
    try {
      id_ = block_on(*loop_, port_.deliver(std::move(to), std::move(output), {{"plot.png", "image/png", "bytes"}}));
    } catch (const Error& error) {
      return error.code() + ": " + error.message();
    }
    return "delivered";
  }
  std::string read(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }
  void program(const std::string& text, std::map<std::string, std::string> env = {}) {
    configs_["program"] = CommandTarget{{"/bin/sh", "-c", text}, folder_.path().string(), std::move(env)};
  }

  testing::TemporaryFolder folder_;
  FixedEnvironment environment_{{{"PATH", "/usr/bin:/bin"}, {"TOKEN", "very-secret-token"}}};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
  tools::Guard guard_;
  tools::Programs programs_{guard_};
  BlockingPool pool_;
  std::map<std::string, TargetConfig> configs_;
  NamedTargets port_{{*http_, environment_, programs_, pool_},
                     [this](const NamedTarget& target) -> std::optional<TargetConfig> {
                       auto found = configs_.find(target.name);
                       return found == configs_.end() ? std::nullopt : std::optional(found->second);
                     }};
  std::string id_;
};

TEST_F(Targets, AreThoseOfConfigurationsAlone) {  // [IO-09]
  EXPECT_TRUE(port_.takes(delivery_to({"hook", "/p/executus.yaml"})));
  EXPECT_EQ(named_target(delivery_to({"hook", "/p@1/executus.yaml"})), (NamedTarget{"hook", "/p@1/executus.yaml"}));
  EXPECT_FALSE(port_.takes({"chat", "42", ""})) << "a host's own";
  for (const char* id : {"hook", "hook@example.org"}) EXPECT_FALSE(port_.takes({"target", id, ""})) << id;
}

TEST_F(Targets, ThatWereDeletedAreRefused) {  // [DUR-45]
  for (int times = 1; times < kTimesMissing; ++times)
    EXPECT_THAT(deliver("gone"), StartsWith("delivery.failed")) << "the file may be being written";
  EXPECT_THAT(deliver("gone"),
              AllOf(StartsWith("delivery.refused"), HasSubstr("'gone'"), HasSubstr("/etc/executus.yaml")));
}

TEST_F(Targets, ThatAreMissingForAMomentAreDelivered) {  // [DUR-45]
  for (int rounds = 0; rounds < 2; ++rounds) {
    configs_.clear();
    for (int times = 1; times < kTimesMissing; ++times) EXPECT_THAT(deliver("log"), StartsWith("delivery.failed"));
    configs_["log"] = FileTarget{(folder_ / "answers.jsonl").string()};
    EXPECT_EQ(deliver("log"), "delivered");
  }
}

TEST_F(Targets, ThatAreStandardOutputWaitWhereThatIsTaken) {  // [IO-09] [DUR-45]
  NamedTargets port(
      {*http_, environment_, programs_, pool_}, [](const NamedTarget&) { return StdoutTarget{}; },
      StandardOutput::taken);
  ::testing::internal::CaptureStdout();
  try {
    (void)block_on(*loop_, port.deliver(delivery_to({"screen", "/etc/executus.yaml"}), "done", {}));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "delivery.failed");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
}

TEST_F(Targets, ThatAreFilesGetALineForEachEnd) {  // [IO-09] [IO-13]
  configs_["log"] = FileTarget{(folder_ / "answers.jsonl").string()};
  EXPECT_EQ(deliver("log", "two\nlines"), "delivered");
  EXPECT_EQ(deliver("log"), "delivered");

  std::istringstream lines(read("answers.jsonl"));
  std::string first, second, third;
  std::getline(lines, first);
  std::getline(lines, second);
  EXPECT_FALSE(std::getline(lines, third));
  EXPECT_THAT(first, AllOf(HasSubstr(R"("output":"two\nlines")"), HasSubstr(id_), HasSubstr("plot.png")));
  EXPECT_THAT(first, Not(HasSubstr(R"("bytes":"bytes")"))) << "their sizes, not their bytes";
  EXPECT_THAT(second, HasSubstr(R"("output":"done")"));
}

TEST_F(Targets, ThatAreFilesGetWholeLinesAfterABrokenOne) {  // [IO-09]
  std::ofstream(folder_ / "answers.jsonl") << R"({"id":"msg_hal)";
  configs_["log"] = FileTarget{(folder_ / "answers.jsonl").string()};
  EXPECT_EQ(deliver("log"), "delivered");
  EXPECT_THAT(read("answers.jsonl"), StartsWith("{\"id\":\"msg_hal\n{\"id\":\"msg_"));
}

TEST_F(Targets, ThatAreFilesWhichCannotBeWrittenAreTriedAgain) {  // [DUR-45]
  configs_["log"] = FileTarget{(folder_ / "missing/answers.jsonl").string()};
  EXPECT_THAT(deliver("log"), AllOf(StartsWith("delivery.failed"), HasSubstr("missing/answers.jsonl")));
  configs_["log"] = FileTarget{"/dev/null"};
  EXPECT_THAT(deliver("log"), AllOf(StartsWith("delivery.failed"), HasSubstr("no file")));
}

TEST_F(Targets, ThatAreProgramsGetTheOutcomeOnTheirInput) {  // [IO-09]
  program("cat > got; echo \"$EXECUTUS_DELIVERY_ID $NAME\" > id", {{"NAME", "ops ${TOKEN}"}});
  EXPECT_EQ(deliver("program"), "delivered");
  EXPECT_THAT(read("got"), AllOf(HasSubstr(R"("type":"run.ended")"), HasSubstr(R"("output":"done")")));
  EXPECT_EQ(read("id"), id_ + " ops very-secret-token\n");
}

TEST_F(Targets, ThatAreProgramsSayByTheirExitCodeWhetherItIsOver) {  // [DUR-45]
  program("echo 'mailbox full, '$T >&2; exit 1", {{"T", "${TOKEN}"}});
  EXPECT_THAT(deliver("program"), AllOf(StartsWith("delivery.failed"), HasSubstr("exit code 1"),
                                        HasSubstr("mailbox full"), Not(HasSubstr("very-secret-token"))));
  program("exit 65");
  EXPECT_THAT(deliver("program"), StartsWith("delivery.refused"));
  configs_["program"] = CommandTarget{{"./no-such-program"}, folder_.path().string(), {}};
  EXPECT_THAT(deliver("program"), AllOf(StartsWith("delivery.failed"), HasSubstr("could not be started")));
}

TEST_F(Targets, ThatAreWebhooksReachNoInnerAddressUnlessAllowed) {  // [TOOL-08]
  testing::HttpServer inner([](const auto&) { return answer(204); });
  WebhookTarget target{inner.url("/hook"), kAnySecret};
  configs_["hook"] = target;
  EXPECT_THAT(deliver("hook"), StartsWith("delivery.failed"));
  EXPECT_EQ(inner.request_count(), 0u);

  target.network = net::Network::any;
  configs_["hook"] = target;
  EXPECT_EQ(deliver("hook"), "delivered");
  EXPECT_EQ(inner.requests().at(0).header("webhook-id"), id_);
}

TEST_F(Targets, ThatAreWebhooksFollowNoRedirect) {  // [TOOL-08]
  testing::HttpServer inner([](const auto&) { return answer(204); });
  testing::HttpServer outer([&](const auto&) {
    auto redirect = answer(307);
    redirect.headers = {{"Location", inner.url("/secret")}};
    return redirect;
  });
  configs_["hook"] = WebhookTarget{outer.url("/hook"), kAnySecret, {}, net::Network::any};
  EXPECT_THAT(deliver("hook"), AllOf(StartsWith("delivery.failed"), HasSubstr("redirect")));
  EXPECT_EQ(inner.request_count(), 0u);
}

TEST_F(Targets, ThatAreWebhooksGetNoMoreInAMinuteThanTheyMayHave) {  // [TOOL-13]
  testing::HttpServer server([](const auto&) { return answer(204); });
  WebhookTarget target{server.url("/hook"), kAnySecret, {}, net::Network::any};
  target.max_per_minute = 2;
  configs_["hook"] = configs_["other"] = target;
  EXPECT_EQ(deliver("hook"), "delivered");
  EXPECT_EQ(deliver("hook"), "delivered");
  EXPECT_THAT(deliver("hook"), AllOf(StartsWith("delivery.later"), HasSubstr("max_per_minute")));
  EXPECT_EQ(deliver("other"), "delivered");
  EXPECT_EQ(server.request_count(), 3u);
}

}  // namespace
}  // namespace executus::deliver
