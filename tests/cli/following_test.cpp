// Waiting for a run and following it, whether or not a process drives it.
#include <csignal>
#include <utility>

#include <unistd.h>

#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Following : public CliProgram {
 protected:
  void SetUp() override {
    agent("a", "  - {calls: [{tool: hang, arguments: {}}]}\n  - text: done\n", R"(command_tools:
  - {name: hang, description: Waits., command: [sh, -c, "test -e go || cat gate"], cwd: ., effect: pure}
)");
    make_pipe("gate");
  }
  std::unique_ptr<Started> start_hanging_run() {
    auto started = start({"run", "a", "hi", "--run-id", "r1"});
    gate_ = open_for_writing("gate");
    return started;
  }
  void let_go() { ::close(std::exchange(gate_, -1)); }
  void TearDown() override {
    if (gate_ >= 0) ::close(gate_);
  }
  int gate_ = -1;
};

TEST_F(Following, ShowsWhatARunAddsUntilItEnds) {
  auto started = start_hanging_run();
  auto following = start({"runs", "events", "-f", "r1"});
  following->await_out("hang");
  let_go();

  auto finished = following->finish();

  EXPECT_EQ(started->finish().exit, 0);
  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("admitted"), HasSubstr("\"done\""), HasSubstr("ended")));
}

TEST_F(Following, GoesOnOverAWaitAndSaysThatItWaits) {
  agent("shop", "  - {calls: [{tool: note, arguments: {}}]}\n  - text: Done.\n",
        "permissions: {ask: [note]}\ncommand_tools:\n  - {name: note, description: N., command: [\"true\"]}\n");
  ASSERT_EQ(run({"run", "shop", "go", "--run-id", "r1"}).exit, 3);
  auto following = start({"runs", "events", "-f", "r1"});
  following->await_err("is waiting (approval)");
  ASSERT_EQ(run({"runs", "approve", "r1"}).exit, 0);
  ASSERT_EQ(run({"recover"}).exit, 0);

  auto finished = following->finish();

  EXPECT_EQ(finished.exit, 0);
  EXPECT_THAT(finished.out, AllOf(HasSubstr("approved"), HasSubstr("ended")));
}

TEST_F(Following, ListsTellARunThatIsDrivenFromOneThatIsLeft) {
  auto started = start_hanging_run();
  for (const Arguments& listing : {Arguments{"runs", "list"}, Arguments{"runs", "tree", "r1"}})
    EXPECT_THAT(run(listing).out, AllOf(HasSubstr("running"), Not(HasSubstr("left for recovery"))));
  EXPECT_EQ(run({"runs", "pending"}).err, "");
  started->signal(SIGKILL);
  (void)started->finish();

  for (const Arguments& listing : {Arguments{"runs", "list"}, Arguments{"runs", "tree", "r1"}})
    EXPECT_THAT(run(listing).out, HasSubstr("running (left for recovery)"));
  auto pending = run({"runs", "pending"});
  EXPECT_EQ(pending.out, "nothing waits\n");
  EXPECT_THAT(pending.err, AllOf(HasSubstr("1 run needs no answer to go on"), HasSubstr("executus recover")));
}

TEST_F(Following, EndsWhereNoProcessDrivesTheRun) {
  ASSERT_EQ(run({"run", "a", "hi", "--run-id", "q1", "--detach"}).exit, 0);
  auto started = start_hanging_run();
  started->signal(SIGKILL);
  (void)started->finish();
  for (std::string id : {"q1", "r1"})
    for (const Arguments& arguments : {Arguments{"runs", "wait", id}, Arguments{"runs", "events", "-f", id}}) {
      auto finished = run(arguments);
      EXPECT_EQ(finished.exit, 130) << ::testing::PrintToString(arguments);
      EXPECT_THAT(finished.err, AllOf(HasSubstr(id), HasSubstr(id == "q1" ? "executus recover q1" : "runs resume r1")));
    }
}

TEST_F(Following, WaitsForARunOfAnotherProcess) {
  auto started = start_hanging_run();
  auto waiting = start({"runs", "wait", "r1"});
  auto seen = start({"runs", "events", "-f", "r1"});
  seen->await_out("hang");
  let_go();

  auto finished = waiting->finish();

  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.out, "done\n");
  EXPECT_EQ(started->finish().exit, 0);
  EXPECT_EQ(seen->finish().exit, 0);
}

TEST_F(Following, EndsWithCodeThreeWhereTheRunWaits) {
  agent("shop", "  - {calls: [{tool: note, arguments: {}}]}\n  - text: Done.\n",
        "permissions: {ask: [note]}\ncommand_tools:\n  - {name: note, description: N., command: [\"true\"]}\n");
  ASSERT_EQ(run({"run", "shop", "go", "--run-id", "r1"}).exit, 3);

  auto waited = run({"runs", "wait", "r1"});

  EXPECT_EQ(waited.exit, 3);
  EXPECT_THAT(waited.err, HasSubstr("executus runs approve r1"));
}

// It has no step left that could hear it.
TEST_F(Following, SaysWhatWasSaidToARunInVain) {  // [DUR-38]
  agent("a", "  - {calls: [{tool: hang, arguments: {}}]}\n", R"(max_iterations: 1
command_tools:
  - {name: hang, description: Waits., command: [cat, gate], cwd: ., effect: pure}
)");
  auto started = start_hanging_run();
  ASSERT_EQ(run({"runs", "steer", "r1", "hurry up"}).exit, 0);
  let_go();

  auto finished = started->finish();

  EXPECT_EQ(finished.exit, 1);
  EXPECT_THAT(finished.err, HasSubstr("the run ended before it heard: hurry up"));
  EXPECT_EQ(show("r1").at("undelivered").at(0), "hurry up");
  EXPECT_THAT(run({"runs", "show", "r1"}).out, HasSubstr("not heard:\n  hurry up"));
}

// Its process is dead, so that nothing hears it before it ends.
TEST_F(Following, SaysWhatWasSaidToAKilledRunBeforeItWasCancelled) {  // [DUR-38] [DUR-13]
  auto started = start_hanging_run();
  started->signal(SIGKILL);
  (void)started->finish();
  EXPECT_THAT(run({"runs", "show", "r1"}).out, HasSubstr("running (left for recovery)"));
  EXPECT_THAT(run({"runs", "steer", "r1", "hurry up"}).out, HasSubstr("executus runs resume r1\n"));
  ASSERT_EQ(run({"runs", "cancel", "r1", "--yes"}).exit, 0);

  EXPECT_EQ(show("r1").at("undelivered").at(0), "hurry up");
  EXPECT_THAT(run({"runs", "show", "r1"}).out, HasSubstr("not heard:\n  hurry up"));
  EXPECT_THAT(run({"runs", "events", "r1"}).out, HasSubstr("undelivered  \"hurry up\""));
  EXPECT_THAT(run({"runs", "events", "r1", "--json"}).out, HasSubstr("\"undelivered\":true"));
}

TEST_F(Following, SteeringNamesWhatLetsTheRunHear) {  // [DUR-16] [DUR-38]
  ASSERT_EQ(run({"run", "a", "hi", "--run-id", "q1", "--detach"}).exit, 0);
  EXPECT_THAT(run({"runs", "steer", "q1", "hurry"}).out, HasSubstr("executus recover q1\n"));
  sqlite::Connection(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000))
      .execute("UPDATE runs SET status='quarantined', reason='as the test says'");

  auto steered = run({"runs", "steer", "q1", "hurry"});

  EXPECT_THAT(steered.out, AllOf(HasSubstr("executus runs resume q1\n"), Not(HasSubstr("executus recover"))));
}

// Its worker is taken for dead: another one takes the run over and ends it.
TEST_F(Following, AProcessThatLostItsRunTellsWhatBecameOfIt) {  // [DUR-17]
  auto started = start_hanging_run();
  sqlite::Connection(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000))
      .execute("DELETE FROM workers");
  write("go", "");
  auto recovered = run({"recover", "r1"});
  ASSERT_EQ(recovered.exit, 0) << recovered.out << recovered.err;

  let_go();
  auto finished = started->finish();

  EXPECT_EQ(finished.exit, 0) << finished.err;
  EXPECT_EQ(finished.out, "done\n");
}

}  // namespace
}  // namespace executus::testing
