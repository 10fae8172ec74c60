// What becomes of a call with effects when its run is stopped in the middle of it.
#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// A run in a call that makes a charge once the test lets it.
class InTheMiddleOfACall : public CliProgram {
 protected:
  void SetUp() override {
    ASSERT_EQ(::mkfifo((folder() / "gate").c_str(), 0600), 0);
    gate_ = ::open((folder() / "gate").c_str(), O_RDWR | O_CLOEXEC);
    agent("shop", "  - {calls: [{tool: charge, arguments: {}}]}\n  - text: Charged.\n", R"(command_tools:
  - {name: charge, description: Charges., command: [sh, -c, "touch called; head -n 1 gate > /dev/null; echo x >> charges"], cwd: .}
)");
    started = start({"run", "shop", "charge it", "--run-id", "r1"});
    until_exists("called");
  }
  void TearDown() override {
    started.reset();
    ::close(gate_);
  }
  void interrupt() {
    started->signal(SIGINT);
    until([&] { return started->err().find("once more ends at once") != std::string::npos; });
  }
  void let_it_charge() { ASSERT_EQ(::write(gate_, "go\n", 3), 3); }
  std::string state() { return std::string(show("r1").at("tool_calls").at(0).at("state").as_string()); }

  std::unique_ptr<Started> started;

 private:
  int gate_ = -1;
};

TEST_F(InTheMiddleOfACall, AnInterruptLetsItFinish) {  // [DUR-27]
  interrupt();
  let_it_charge();

  auto finished = started->finish();

  EXPECT_EQ(finished.exit, 130) << finished.err;
  EXPECT_THAT(finished.err, HasSubstr("executus runs resume r1"));
  EXPECT_EQ(state(), "done");
  auto resumed = run({"runs", "resume", "r1"});
  EXPECT_EQ(resumed.exit, 0) << resumed.err;
  EXPECT_EQ(resumed.out, "Charged.\n");
  EXPECT_EQ(read("charges"), "x\n");
}

// The row still names the process that ends: no other one drives the run.
TEST_F(InTheMiddleOfACall, WhoseEndCannotBeStoredIsLeftForRecovery) {  // [DUR-27]
  sqlite::Connection other(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
  other.execute("BEGIN IMMEDIATE");
  interrupt();
  let_it_charge();

  auto finished = started->finish();

  other.execute("ROLLBACK");
  EXPECT_EQ(finished.exit, 130) << finished.err;
  EXPECT_THAT(finished.err, AllOf(HasSubstr("left for recovery"), HasSubstr("executus runs resume r1"),
                                  Not(HasSubstr("elsewhere")), Not(HasSubstr("executus runs wait"))));
}

TEST_F(InTheMiddleOfACall, ASecondInterruptEndsAtOnce) {  // [DUR-27]
  interrupt();
  started->signal_until_ended(SIGINT);

  EXPECT_EQ(started->finish().exit, 130);
  EXPECT_EQ(state(), "dispatched");
  auto recovered = run({"recover", "r1"});
  EXPECT_EQ(recovered.exit, 3) << recovered.err;
  EXPECT_EQ(state(), "in_doubt");
}

TEST_F(InTheMiddleOfACall, ACancelledRunSaysThatNobodyKnows) {  // [DUR-05]
  ASSERT_EQ(run({"runs", "cancel", "r1"}).exit, 0);

  auto finished = started->finish();

  EXPECT_EQ(finished.exit, 7);
  auto call = show("r1").at("tool_calls").at(0);
  EXPECT_EQ(call.at("state"), "in_doubt");
  EXPECT_THAT(finished.err, AllOf(HasSubstr("in doubt"), HasSubstr("charge"),
                                  HasSubstr(call.at("idempotency_key").as_string().c_str())));
}

}  // namespace
}  // namespace executus::testing
