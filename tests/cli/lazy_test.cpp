// The program with 'durability: lazy', killed before and after its run is stored.
#include <csignal>

#include <unistd.h>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kTools =
    "durability: lazy\ncommand_tools:\n"
    "  - {name: peek, description: Looks., command: [sh, -c, \"cat gate\"], cwd: ., effect: pure}\n"
    "  - {name: buy, description: Buys., command: [sh, -c, \"echo x >> bought; cat gate\"], cwd: .}\n";

// A call of either tool waits at a gate.
class LazyProgram : public CliProgram {
 protected:
  void SetUp() override {
    make_pipe("gate");
    agent("peeker", "  - calls: [{tool: peek, arguments: {}}]\n  - text: seen\n", kTools);
    agent("buyer", "  - calls: [{tool: buy, arguments: {}}]\n  - text: bought\n", kTools);
  }
  // Kills the program while the call is under way; what another process sees of its run until then.
  std::string killed_in_its_call(const std::string& agent) {
    auto program = start({"run", agent, "go"});
    int gate = open_for_writing("gate");
    auto seen = listed();
    program->signal(SIGKILL);
    (void)program->finish();
    ::close(gate);
    return seen;
  }
  std::string listed() { return run({"runs", "list", "--quiet"}).out; }
};

TEST_F(LazyProgram, LeavesNothingWhereItIsKilledBeforeItsRunIsStored) {  // [HOST-01]
  EXPECT_EQ(killed_in_its_call("peeker"), "");

  EXPECT_EQ(listed(), "");
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(listed(), "");
}

TEST_F(LazyProgram, LeavesARunThatIsInDoubtWhereItIsKilledInACallWithEffects) {  // [HOST-01] [DUR-05]
  EXPECT_NE(killed_in_its_call("buyer"), "");

  (void)run({"recover"});

  auto show = this->show("@last");
  EXPECT_EQ(show.at("status"), "waiting");
  EXPECT_EQ(show.at("reason"), "in_doubt");
  EXPECT_EQ(read("bought"), "x\n") << "it was not done again";
}

TEST_F(LazyProgram, StoresARunFirstThatHasAnIdOfItsCallers) {  // [HOST-01]
  agent("quick", "  - text: hi\n", "durability: lazy\n");
  EXPECT_EQ(run({"run", "quick", "go", "--run-id", "mine"}).out, "hi\n");
  EXPECT_EQ(run({"run", "quick", "go", "--detach"}).exit, 0);
  EXPECT_THAT(listed(), HasSubstr("mine"));
  EXPECT_EQ(show("@last").at("status"), "queued");
}

TEST_F(LazyProgram, SaysHowOldALazyRunMayGet) {  // [HOST-01]
  EXPECT_THAT(run({"agents", "show", "buyer"}).out, HasSubstr("durable_after_ms (default): 5000\n"));
}

}  // namespace
}  // namespace executus::testing
