#include <csignal>
#include <functional>

#include <executus/testing/http_server.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr auto kTwoTurns = "  - {calls: [{tool: look, arguments: {}}]}\n  - text: done\n";
constexpr auto kLook = "command_tools: [{name: look, description: Looks., command: [echo, \"1\"], effect: pure}]\n";

class RecordReplay : public CliProgram {
 protected:
  // As if the provider were gone: a scripted model is its file.
  void lose_the_model(const std::string& agent) { std::filesystem::remove(folder() / (agent + ".turns.yaml")); }
};

TEST_F(RecordReplay, ARunIsRepeatedWithoutItsModel) {  // [LLM-10]
  agent("a", kTwoTurns, kLook);
  auto recorded = run({"run", "a", "hi", "--record", "a.cassette", "--json"});
  ASSERT_EQ(recorded.exit, 0) << recorded.err;
  lose_the_model("a");
  ASSERT_NE(run({"run", "a", "hi"}).exit, 0) << "the model is gone";

  auto replayed = run({"run", "a", "hi", "--replay", "a.cassette", "--json"});

  EXPECT_EQ(replayed.exit, 0) << replayed.err;
  EXPECT_EQ(replayed.json().at("output"), "done");
  EXPECT_EQ(replayed.json().at("digest"), recorded.json().at("digest"));
  EXPECT_NE(replayed.json().at("run_id"), recorded.json().at("run_id"));
}

TEST_F(RecordReplay, TheFirstRequestThatDiffersFailsTheRun) {  // [LLM-10]
  agent("a", kTwoTurns, kLook);
  ASSERT_EQ(run({"run", "a", "hi", "--record", "a.cassette"}).exit, 0);

  auto other = run({"run", "a", "hello", "--replay", "a.cassette", "--json"});

  EXPECT_EQ(other.exit, 1) << other.out;
  EXPECT_EQ(other.json().at("error_code"), "cassette.mismatch");
  EXPECT_EQ(other.json().at("iterations"), 0);
  EXPECT_THAT(other.err, AllOf(HasSubstr("a.cassette"), HasSubstr("hi"), HasSubstr("hello"), HasSubstr("/messages/0")));
}

TEST_F(RecordReplay, ARecordingIsAppendedTo) {  // [LLM-10]
  agent("a", kTwoTurns, kLook);
  ASSERT_EQ(run({"run", "a", "one", "--record", "a.cassette"}).exit, 0);
  auto before = read("a.cassette");

  ASSERT_EQ(run({"run", "a", "two", "--record", "a.cassette"}).exit, 0);

  EXPECT_THAT(read("a.cassette"), StartsWith(before));
  lose_the_model("a");
  EXPECT_EQ(run({"run", "a", "one", "--replay", "a.cassette"}).out, "done\n");
  EXPECT_EQ(run({"run", "a", "two", "--replay", "a.cassette"}).out, "done\n");
}

TEST_F(RecordReplay, WhatCannotBeMeantIsRefused) {
  agent("a", "  - text: hi\n");
  auto refused = [&](const std::vector<std::string>& options) {
    std::vector<std::string> line{"run", "a", "hi"};
    line.insert(line.end(), options.begin(), options.end());
    auto finished = run(line);
    EXPECT_EQ(finished.exit, 2) << finished.out;
    return finished.err;
  };

  EXPECT_THAT(refused({"--record", "x", "--replay", "y"}), AllOf(HasSubstr("--record"), HasSubstr("--replay")));
  EXPECT_THAT(refused({"--replay", "none"}), AllOf(HasSubstr("no cassette 'none'"), HasSubstr("--record none")));
  EXPECT_THAT(refused({"--record", ""}), HasSubstr("--record"));
  EXPECT_THAT(refused({"--record", "x", "--detach"}), HasSubstr("executus recover"));
  EXPECT_THAT(refused({"--record", "no/such/folder"}), HasSubstr("no/such/folder"));
  write("damaged", "{\n");
  EXPECT_THAT(refused({"--replay", "damaged"}), HasSubstr("line 1 of the cassette damaged"));
  EXPECT_EQ(run({"runs", "list", "-q"}).out, "") << "nothing was begun";
}

// A provider over HTTP, with a key.
class RecordedProvider : public RecordReplay {
 protected:
  RecordedProvider() {
    environment_["LLM_LAB"] = "openai+http://c4n4ry@127.0.0.1:" + std::to_string(server_.port()) + "/v1";
    write("agents/b.yaml", "name: b\nmodel: lab/m\n");
  }
  HttpServer::Reply reply_{200,
                           {{"Content-Type", "application/json"}},
                           R"({"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]})"};
  HttpServer server_{[this](const HttpServer::Request&) { return reply_; }};
};

TEST_F(RecordedProvider, LeavesNoKeyInTheFileAndIsNotAskedAgain) {  // [LLM-10]
  ASSERT_EQ(run({"run", "b", "hi", "--record", "b.cassette"}).out, "Hello\n");
  ASSERT_EQ(server_.requests().at(0).header("authorization"), "Bearer c4n4ry") << "the key was sent";
  environment_.erase("LLM_LAB");

  auto replayed = run({"run", "b", "hi", "--replay", "b.cassette"});

  EXPECT_EQ(replayed.out, "Hello\n") << replayed.err;
  EXPECT_EQ(server_.request_count(), 1U);
  EXPECT_THAT(read("b.cassette"), AllOf(HasSubstr("Hello"), Not(HasSubstr("c4n4ry"))));
}

TEST_F(RecordedProvider, AnErrorComesAgain) {  // [LLM-10]
  reply_ = {401, {}, R"({"error":{"message":"c4n4ry is no key"}})"};
  auto refused = run({"run", "b", "hi", "--record", "b.cassette", "--json"});
  ASSERT_EQ(refused.exit, 1) << refused.out;
  environment_.erase("LLM_LAB");

  auto again = run({"run", "b", "hi", "--replay", "b.cassette", "--json"});

  EXPECT_EQ(again.exit, 1);
  EXPECT_EQ(again.json().at("error_code"), refused.json().at("error_code"));
  EXPECT_THAT(read("b.cassette"), Not(HasSubstr("c4n4ry")));
}

// A run that hangs in a tool until the file "go" exists, so that it can be killed there.
class KilledRecording : public RecordReplay {
 protected:
  KilledRecording() {
    agent("a", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: done\n", R"(command_tools:
  - {name: hang, description: Waits., command: [sh, -c, "touch hangs; test -e go || exec sleep 1000"], cwd: ., effect: pure}
)");
  }
  std::unique_ptr<Started> start_hanging_run(const std::string& flag) {
    auto started = start({"run", "a", "hi", "--run-id", "r1", flag, "a.cassette"});
    until_exists("hangs");
    return started;
  }
};

TEST_F(KilledRecording, IsContinuedAndReplayedAsOne) {  // [LLM-10] [DUR-24]
  auto started = start_hanging_run("--record");
  started->signal(SIGKILL);
  (void)started->finish();
  write("go", "");
  auto recovered = run({"recover", "r1", "--record", "a.cassette"});
  ASSERT_EQ(recovered.exit, 0) << recovered.out << recovered.err;
  lose_the_model("a");

  auto replayed = run({"run", "a", "hi", "--replay", "a.cassette", "--json"});

  EXPECT_EQ(replayed.exit, 0) << replayed.err;
  EXPECT_EQ(replayed.json().at("output"), "done");
  EXPECT_EQ(replayed.json().at("digest"), show("r1").at("digest"));
}

TEST_F(KilledRecording, AReplayIsContinuedToo) {  // [LLM-10]
  write("go", "");
  ASSERT_EQ(run({"run", "a", "hi", "--record", "a.cassette", "--db", "other.db"}).exit, 0);
  std::filesystem::remove(folder() / "go");
  std::filesystem::remove(folder() / "hangs");
  lose_the_model("a");
  auto started = start_hanging_run("--replay");
  started->signal(SIGKILL);
  (void)started->finish();
  write("go", "");

  auto resumed = run({"runs", "resume", "r1", "--replay", "a.cassette"});

  EXPECT_EQ(resumed.exit, 0) << resumed.err;
  EXPECT_EQ(resumed.out, "done\n");
}

TEST_F(KilledRecording, WhoStopsItIsToldToRecordTheRest) {
  auto started = start_hanging_run("--record");

  started->signal(SIGINT);
  auto finished = started->finish();

  EXPECT_EQ(finished.exit, 130);
  EXPECT_THAT(finished.err, HasSubstr("executus runs resume r1 --record a.cassette"));
}

// Every other interrupted run would end with a request that is not on the cassette.
TEST_F(RecordReplay, ReplayRecoversOnlyRunsThatAreNamed) {
  write("a.cassette", "");

  auto refused = run({"recover", "--replay", "a.cassette"});

  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, HasSubstr("executus recover RUN --replay FILE"));
}

}  // namespace
}  // namespace executus::testing
