// Erasing runs from the command line.
#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Retention : public CliProgram {
 protected:
  void SetUp() override {
    agent("plain", "  - text: Done.\n  - text: Again.\n");
    ASSERT_EQ(run({"run", "plain", "a SECRET thing", "--run-id", "r1", "--file", "note.txt"}).exit, 0);
  }
  Retention() { write("note.txt", "in the file"); }
};

TEST_F(Retention, ErasesARunWithItsFiles) {  // [DUR-31]
  auto planned = run({"runs", "erase", "r1", "--dry-run"});
  EXPECT_EQ(planned.out, "would erase r1\n");
  EXPECT_EQ(show("r1").at("run_id"), "r1");

  auto erased = run({"runs", "erase", "r1", "--yes", "--json"});

  EXPECT_EQ(erased.exit, 0) << erased.err;
  EXPECT_EQ(erased.json().at("erased"), boost::json::array{"r1"});
  EXPECT_EQ(run({"runs", "show", "r1"}).exit, 2);
  auto again = run({"run", "plain", "a SECRET thing", "--run-id", "r1"});
  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.err, HasSubstr("erased"));
  EXPECT_EQ(run({"runs", "erase", "r1", "--yes"}).exit, 0) << "nothing is left to do";
}

TEST_F(Retention, KeepsWhatOthersNeed) {  // [DUR-31] [DUR-46]
  ASSERT_EQ(run({"run", "plain", "And now?", "--run-id", "r2", "--continue", "r1"}).exit, 0);

  auto refused = run({"runs", "erase", "r1", "--yes"});

  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("go on from its conversation"), HasSubstr("r2")));
  auto pruned = run({"runs", "prune", "--keep-last", "0", "--yes"});
  EXPECT_THAT(pruned.out, HasSubstr("erased 2 runs")) << "the later one first";
}

TEST_F(Retention, PrunesWhatIsOld) {  // [DUR-31]
  ASSERT_EQ(run({"run", "plain", "later", "--run-id", "r2", "--detach"}).exit, 0);

  EXPECT_THAT(run({"runs", "prune", "--older-than", "30d", "--yes"}).out, HasSubstr("erased 0 runs"));
  EXPECT_THAT(run({"runs", "prune", "--older-than", "0s", "--dry-run"}).out, HasSubstr("would erase 1 run"));
  EXPECT_EQ(run({"runs", "prune", "--keep-last", "0", "--agent", "other", "-q", "--yes"}).out, "");
  EXPECT_EQ(run({"runs", "prune", "--max-size", "1K", "-q", "--yes"}).out, "r1\n");
  EXPECT_EQ(run({"runs", "list", "-q"}).out, "r2\n") << "it has not ended";
  EXPECT_THAT(run({"runs", "prune", "--yes"}).err, HasSubstr("no agent says by 'retention'"));
  EXPECT_THAT(run({"runs", "prune", "--max-size", "two", "--yes"}).err, HasSubstr("500M or 2G"));
}

TEST_F(Retention, IsWhatAnAgentSays) {  // [DUR-31]
  agent("brief", "  - text: Done.\n", "retention: {keep: 1ms}\n");
  ASSERT_EQ(run({"run", "brief", "x", "--run-id", "b1"}).exit, 0);
  EXPECT_EQ(run({"runs", "prune", "--dry-run", "-q"}).out, "b1\n");
  EXPECT_EQ(run({"runs", "prune", "--yes", "--agent", "plain"}).exit, 2) << "it says nothing";
  EXPECT_EQ(run({"runs", "prune", "--yes", "-q"}).out, "b1\n");

  ASSERT_EQ(run({"run", "brief", "x", "--run-id", "b2"}).exit, 0);
  auto worker = start({"worker"});
  until([&] { return run({"runs", "list", "-q"}).out == "r1\n"; });
  worker->signal_until_ended(SIGTERM);
}

}  // namespace
}  // namespace executus::testing
