// Runs that sleep or wait for a signal, as people at a shell see them.
#include <csignal>

#include <executus/base/clock.hpp>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Waiting : public CliProgram {
 protected:
  void sleeper(const std::string& arguments) {
    agent("s", "  - {calls: [{tool: sleep, arguments: {" + arguments + "}}]}\n  - text: Awake.\n", "tools: [sleep]\n");
  }
  void listener() {
    agent("l", "  - {calls: [{tool: wait_for_signal, arguments: {name: paid}}]}\n  - text: Heard.\n",
          "tools: [wait_for_signal]\n");
  }
  std::string result(const std::string& run_id) {
    return std::string(show(run_id).at("messages").at(2).at("results").at(0).at("text").as_string());
  }
};

TEST_F(Waiting, ASleepingRunIsLeftWithWhatWakesIt) {  // [DUR-43]
  sleeper("until: '2999-01-31T09:00:00Z'");
  auto asleep = run({"run", "s", "x", "--run-id", "r1"});
  EXPECT_EQ(asleep.exit, 3);
  EXPECT_THAT(asleep.err, AllOf(HasSubstr("run r1 waits (timer)"), HasSubstr("due at 2999-01-31T09:00:00.000Z"),
                                HasSubstr("executus recover r1"), HasSubstr("executus runs cancel r1")));
  auto shown = show("r1");
  EXPECT_EQ(shown.at("wake_at"), "2999-01-31T09:00:00.000Z");
  EXPECT_EQ(shown.at("tool_calls").at(0).at("state"), "parked");
  EXPECT_THAT(run({"runs", "list"}).out, HasSubstr("waiting (timer until 2999-01-31T09:00:00.000Z)"));
  EXPECT_EQ(run({"runs", "list", "--json"}).json().at(0).at("wake_at"), "2999-01-31T09:00:00.000Z");
  EXPECT_THAT(run({"runs", "events", "r1"}).out,
              AllOf(HasSubstr("parked"), HasSubstr("until 2999-01-31T09:00:00.000Z")));

  auto others = run({"recover", "--json"});
  EXPECT_EQ(show("r1").at("status"), "waiting") << "it is not due";
  EXPECT_EQ(run({"recover", "r1"}).exit, 3) << "it was named, and waits on";
}

TEST_F(Waiting, ASleepingRunGoesOnInAnotherProcessWhenItsTimeHasCome) {  // [DUR-43]
  std::string soon, id;
  // A process that takes longer to start than the run sleeps ends it at once: then it sleeps for longer.
  for (int seconds = 2; id.empty() || run({"run", "s", "x", "--run-id", id, "-q"}).exit == 0; seconds *= 2) {
    ASSERT_LT(seconds, 1'000) << "it does not sleep";
    soon = rfc3339(system_clock().wall() + std::chrono::seconds(seconds));
    sleeper("until: '" + soon + "'");
    id = "sleeps-" + std::to_string(seconds);
  }
  EXPECT_EQ(show(id).at("status"), "waiting");
  until([&] {
    (void)run({"recover", "-q"});
    return show(id).at("status") == "ok";
  });
  EXPECT_EQ(show(id).at("output"), "Awake.");
  EXPECT_GE(system_clock().wall(), parse_rfc3339(soon).value());
  EXPECT_EQ(result(id), "the time has come");
}

TEST_F(Waiting, ATimeThatHasPassedDoesNotHoldTheRun) {  // [DUR-43]
  sleeper("until: '1999-01-31T09:00:00Z'");
  EXPECT_EQ(run({"run", "s", "x"}).exit, 0);
}

TEST_F(Waiting, ASleepingRunIsCancelledAtOnce) {  // [DUR-43]
  sleeper("seconds: 5184000");
  ASSERT_EQ(run({"run", "s", "x", "--run-id", "r1"}).exit, 3);
  EXPECT_EQ(run({"runs", "cancel", "r1", "--yes"}).exit, 0);
  EXPECT_EQ(show("r1").at("status"), "cancelled");
  EXPECT_THAT(run({"runs", "show", "r1"}).out, AllOf(HasSubstr("sleep"), HasSubstr("was not made")));
}

TEST_F(Waiting, ASignalIsHandedOverWithItsPayload) {  // [DUR-44]
  listener();
  auto waits = run({"run", "l", "x", "--run-id", "r1"});
  EXPECT_EQ(waits.exit, 3);
  EXPECT_THAT(waits.err, AllOf(HasSubstr("it waits for signal paid"), HasSubstr("executus runs signal r1 paid")));
  EXPECT_THAT(run({"runs", "pending"}).out, HasSubstr("executus runs signal r1 paid"));
  EXPECT_EQ(run({"runs", "pending", "--json"}).json().at(0).at("signals").at(0), "paid");

  EXPECT_THAT(run({"runs", "signal", "r1", "other"}).out, HasSubstr("kept"));
  EXPECT_EQ(run({"recover"}).exit, 3);
  EXPECT_EQ(show("r1").at("status"), "waiting");
  EXPECT_THAT(run({"runs", "signal", "r1", "paid", R"({"cents": 5})"}).out, HasSubstr("executus recover r1"));
  EXPECT_THAT(run({"runs", "pending"}).out, HasSubstr("what it waited for is there"));
  EXPECT_EQ(run({"recover"}).exit, 0);

  EXPECT_EQ(result("r1"), R"({"signal":"paid","payload":{"cents":5}})");
  EXPECT_EQ(show("r1").at("undelivered").at(0), "signal other");
  EXPECT_THAT(run({"runs", "show", "r1"}).out, HasSubstr("signal other"));
}

TEST_F(Waiting, ASignalFromAPipeBeforeTheRunBegan) {  // [DUR-44]
  listener();
  ASSERT_EQ(run({"run", "l", "x", "--run-id", "r1", "--detach"}).exit, 0);
  auto sent = run({"runs", "signal", "r1", "paid", "-", "--json"}, "[1,\n 2]");
  EXPECT_EQ(sent.json(), boost::json::parse(R"({"run_id":"r1","signal":"paid","accepted":true})"));
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(result("r1"), R"({"signal":"paid","payload":[1,2]})");
}

TEST_F(Waiting, ASignalThatCannotBeIsRefused) {  // [DUR-44]
  listener();
  ASSERT_EQ(run({"run", "l", "x", "--run-id", "r1"}).exit, 3);
  auto refused = [&](std::vector<std::string> arguments, const std::string& why) {
    arguments.insert(arguments.begin(), {"runs", "signal"});
    auto finished = run(arguments);
    EXPECT_EQ(finished.exit, 2) << finished.err;
    EXPECT_THAT(finished.err, HasSubstr(why));
  };
  refused({"r1", "paid", "{cents: 5}"}, "the payload of a signal is JSON");
  auto large = run({"runs", "signal", "r1", "paid", "-"}, '"' + std::string(1'000'000, 'x') + '"');
  EXPECT_EQ(large.exit, 2);
  EXPECT_THAT(large.err, HasSubstr("bytes as JSON"));
  refused({"r1", "is paid"}, "no signal can be named 'is paid'");
  refused({"r1"}, "NAME");
  refused({"unknown", "paid"}, "unknown");
  EXPECT_EQ(run({"runs", "cancel", "r1", "--yes"}).exit, 0);
  refused({"r1", "paid"}, "it has ended already");
}

TEST_F(Waiting, ASleeperSurvivesTheKillOfItsProcess) {  // [DUR-43] [DUR-44]
  agent("b", R"(  - calls:
      - {tool: wait_for_signal, arguments: {name: paid}}
      - {tool: hang, arguments: {}}
  - text: Heard.
)",
        R"(tools: [wait_for_signal, hang]
command_tools:
  - {name: hang, description: Hangs., command: [sh, -c, "[ -e hung ] && echo ok || { touch hung; sleep 600; }"], cwd: ., effect: pure, parallel: true, parameters: {type: object}}
)");
  auto process = start({"run", "b", "x", "--run-id", "r1"});
  until_exists("hung");
  until([&] { return show("r1").at("tool_calls").at(0).at("state") == "parked"; });
  EXPECT_EQ(run({"runs", "signal", "r1", "paid", "7", "-q"}).out, "r1\n");
  process->signal(SIGKILL);
  (void)process->finish();

  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(result("r1"), R"({"signal":"paid","payload":7})");
}

}  // namespace
}  // namespace executus::testing
