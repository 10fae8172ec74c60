// A signal that comes before there is a run to stop, between runs, or a second time.
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A program that reads its configuration from a pipe stands still until the test lets it go on: the moment before
// anything is opened.
class Stopping : public CliProgram {
 protected:
  void SetUp() override {
    make_pipe("config");
    agent("a", "  - text: hi\n");
  }
  // Starts it, has it interrupted at that moment, and lets it go on.
  Finished interrupted(Arguments arguments) {
    arguments.insert(arguments.end(), {"--config", (folder() / "config").string()});
    auto started = start(arguments);
    int config = open_for_writing("config");
    started->signal(SIGTERM);
    started->await_err("once more ends at once");
    EXPECT_EQ(::write(config, "{}\n", 3), 3);
    ::close(config);
    return started->finish();
  }
};

TEST_F(Stopping, BeforeARecoveryBeginsTouchesNoRun) {  // [DUR-27]
  for (const char* id : {"r1", "r2"}) ASSERT_EQ(run({"run", "a", "hi", "--detach", "--run-id", id}).exit, 0);

  auto finished = interrupted({"recover"});

  EXPECT_EQ(finished.exit, 130) << finished.err;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("r1  a  left as it was (queued)"), HasSubstr("r2  a  left as it was")));
  EXPECT_THAT(finished.err, HasSubstr("2 runs were left as before"));
  for (const char* id : {"r1", "r2"}) {
    EXPECT_EQ(show(id).at("status"), "queued");
    EXPECT_EQ(show(id).at("attempts"), 0);
  }
  EXPECT_EQ(run({"recover"}).exit, 0);
}

TEST_F(Stopping, BeforeARunBeginsLeavesItForRecovery) {  // [DUR-27]
  auto finished = interrupted({"run", "a", "hi", "--run-id", "r1"});

  EXPECT_EQ(finished.exit, 130) << finished.err;
  EXPECT_EQ(finished.out, "");
  auto known = run({"runs", "list", "-q"}).out;
  if (known.empty()) {
    EXPECT_THAT(finished.err, AllOf(HasSubstr("nothing of it is stored"), Not(HasSubstr("executus runs resume"))));
  } else {
    EXPECT_THAT(finished.err, HasSubstr("executus runs resume r1"));
    EXPECT_EQ(run({"recover"}).exit, 0);
    EXPECT_EQ(show("r1").at("output"), "hi");
  }
}

// A run in a call that ends when the test lets it.
class StoppingInACall : public CliProgram {
 protected:
  void SetUp() override {
    make_pipe("gate");
    agent("shop", "  - {calls: [{tool: charge, arguments: {}}]}\n  - text: Charged.\n", R"(command_tools:
  - {name: charge, description: Charges., command: [sh, -c, "cat gate > /dev/null; echo x >> charges"], cwd: .}
)");
    started_ = start({"run", "shop", "charge it", "--run-id", "r1"});
    gate_ = open_for_writing("gate");  // the call is under way
  }
  void TearDown() override { ::close(gate_); }

  std::unique_ptr<Started> started_;
  int gate_ = -1;
};

// One that had waited for its drain window would have told what became of the run.
TEST_F(StoppingInACall, ASecondSignalEndsAtOnce) {  // [DUR-27]
  started_->signal(SIGTERM);
  started_->await_err("once more ends at once");
  started_->signal_until_ended(SIGTERM);

  auto finished = started_->finish();

  EXPECT_EQ(finished.exit, 130);
  EXPECT_THAT(finished.err, Not(HasSubstr("left for recovery")));
  EXPECT_EQ(show("r1").at("tool_calls").at(0).at("state"), "dispatched");
}

// What cannot be written holds the run, and so the program: a second signal ends it all the same.
TEST_F(StoppingInACall, ASecondSignalEndsAtOnceThoughTheStoreIsAway) {  // [DUR-27]
  {
    sqlite::Connection database(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
    sqlite::WriteTransaction held(database);
    started_->signal(SIGTERM);
    started_->await_err("once more ends at once");
    ::close(std::exchange(gate_, ::open("/dev/null", O_WRONLY)));  // the call ends, and its outcome cannot be written
    started_->signal_until_ended(SIGTERM);
    EXPECT_EQ(started_->finish().exit, 130);
  }
  EXPECT_EQ(run({"recover", "r1"}).exit, 3) << "nobody knows whether it was charged";
  EXPECT_EQ(show("r1").at("tool_calls").at(0).at("state"), "in_doubt");
}

}  // namespace
}  // namespace executus::testing
