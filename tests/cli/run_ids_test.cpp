#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RunIds : public CliProgram {
 protected:
  void SetUp() override {
    agent("a", "  - text: hi\n");
    for (const char* id : {"alpha-1", "alpha-2", "beta"}) ASSERT_EQ(run({"run", "a", "hi", "--run-id", id}).exit, 0);
  }
  std::string shown(const std::string& named) { return run({"runs", "show", named, "-q"}).out; }
};

TEST_F(RunIds, MayBeAUniqueBeginning) {
  EXPECT_EQ(shown("b"), "beta\n");
  EXPECT_EQ(shown("alpha-2"), "alpha-2\n");
}

TEST_F(RunIds, LastIsTheNewestRun) { EXPECT_EQ(shown("@last"), "beta\n"); }

TEST_F(RunIds, ThatAreAmbiguousListTheCandidates) {
  auto finished = run({"runs", "show", "alpha"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("alpha-1"), HasSubstr("alpha-2")));
}

TEST_F(RunIds, ThatFitTooManySayThatThereAreMore) {
  for (int i = 0; i < 11; ++i) {
    EXPECT_THAT(run({"runs", "show", "many"}).err, Not(HasSubstr("...")));
    ASSERT_EQ(run({"run", "a", "hi", "--detach", "--run-id", "many-" + std::to_string(i)}).exit, 0);
  }

  EXPECT_THAT(run({"runs", "show", "many"}).err, AllOf(HasSubstr("type more of it"), HasSubstr("\n  ...")));
}

TEST_F(RunIds, ThatAreUnknownListTheNewestRuns) {
  auto finished = run({"runs", "show", "gamma"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("gamma"), HasSubstr("beta")));
}

TEST_F(RunIds, TheExactOneWinsOverLongerOnes) {
  ASSERT_EQ(run({"run", "a", "hi", "--run-id", "beta-2"}).exit, 0);

  EXPECT_EQ(shown("beta"), "beta\n");
}

TEST_F(RunIds, SubmittedTwiceAreOneRun) {  // [DUR-28]
  auto again = run({"run", "a", "hi", "--run-id", "beta", "--json"});

  EXPECT_EQ(again.exit, 0);
  EXPECT_EQ(again.json().at("output"), "hi");
  EXPECT_EQ(run({"runs", "list", "-q"}).out, "beta\nalpha-2\nalpha-1\n");
}

TEST_F(RunIds, SubmittedWithAnotherPromptAreAConflict) {  // [DUR-28]
  auto other = run({"run", "a", "something else", "--run-id", "beta", "--json"});

  EXPECT_EQ(other.exit, 2);
  EXPECT_EQ(other.json().at("error_code"), "submission.conflict");
}

}  // namespace
}  // namespace executus::testing
