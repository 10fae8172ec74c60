// Runs that go on with another definition, and forks, from the command line.
#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kNotes =
    "command_tools:\n  - {name: note, description: Notes., command: [sh, -c, \"cat >> notes; echo >> notes\"], cwd: ., "
    "parameters: {type: object}, effect: keyed}\n";
constexpr const char* kNotesThenIsDone = "  - calls: [{tool: note, arguments: {n: 1}}]\n  - text: Done.\n";

class ChangedRuns : public CliProgram {
 protected:
  void SetUp() override {
    agent("probe", kNotesThenIsDone, std::string("permissions: {ask: [note]}\n") + kNotes);
    ASSERT_EQ(run({"run", "probe", "go", "--run-id", "r1"}).exit, 3);
  }
};

TEST_F(ChangedRuns, GoOnWithTheNewDefinition) {  // [DUR-22] [DUR-40]
  agent("probe", kNotesThenIsDone, std::string("max_iterations: 7\n") + kNotes);

  auto dry = run({"runs", "upgrade", "r1", "--agent", "probe", "--dry-run"});
  EXPECT_EQ(dry.exit, 0) << dry.err;
  EXPECT_THAT(dry.out, AllOf(HasSubstr("would upgrade r1"), HasSubstr("max_iterations: 12 -> 7"), HasSubstr("ask:")));
  EXPECT_EQ(run({"runs", "resume", "r1"}).exit, 3) << "it asks still";

  auto upgraded = run({"runs", "upgrade", "r1", "--agent", "probe"});

  EXPECT_EQ(upgraded.exit, 0) << upgraded.err;
  auto resumed = run({"runs", "resume", "r1"});
  EXPECT_EQ(resumed.exit, 0) << resumed.err;
  EXPECT_EQ(read("notes"), "{\"n\":1}\n");
  EXPECT_THAT(run({"runs", "upgrade", "r1", "--agent", "probe"}).err, HasSubstr("has ended"));
}

TEST_F(ChangedRuns, AreNotGivenADefinitionThatDoesNotFit) {  // [DUR-22]
  agent("probe", kNotesThenIsDone, "");

  auto refused = run({"runs", "upgrade", "r1", "--agent", "probe"});

  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, HasSubstr("no such tool"));
}

TEST_F(ChangedRuns, AreForkedAtAStep) {  // [API-13] [DUR-30]
  ASSERT_EQ(run({"runs", "approve", "r1"}).exit, 0);
  ASSERT_EQ(run({"runs", "resume", "r1"}).exit, 0);

  auto dry = run({"runs", "fork", "r1", "--at", "1", "--run-id", "f1", "--dry-run"});
  EXPECT_EQ(dry.exit, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("would fork"));
  EXPECT_EQ(run({"runs", "show", "f1"}).exit, 2) << "nothing was made";
  auto forked =
      run({"runs", "fork", "r1", "--at", "1", "--run-id", "f1", "--result", R"(call_0_0={"n": 2})", "--json"});

  EXPECT_EQ(forked.exit, 0) << forked.err;
  EXPECT_EQ(forked.json().at("forked_from"), "r1");
  EXPECT_EQ(run({"runs", "resume", "f1"}).out, "Done.\n");
  EXPECT_EQ(read("notes"), "{\"n\":1}\n") << "what was done is not done again";
  auto shown = run({"runs", "show", "f1", "--json"});
  EXPECT_EQ(shown.json().at("forked_from"), "r1");
  EXPECT_THAT(shown.out, HasSubstr(R"({\"n\":2})"));
  EXPECT_THAT(run({"runs", "fork", "r1", "--at", "9"}).err, HasSubstr("no step 9"));

  ASSERT_EQ(run({"runs", "fork", "r1", "--at", "0", "--run-id", "f0"}).exit, 0);
  EXPECT_EQ(run({"runs", "resume", "f0"}).exit, 3) << "the question is asked again";
}

TEST_F(ChangedRuns, AreForkedWithAnotherModelAndPrompt) {  // [API-13]
  script("other", "  - text: Other.\n");
  write("prompt.txt", "go elsewhere");
  auto model = "scripted/" + (folder() / "other.turns.yaml").string();

  auto forked =
      run({"runs", "fork", "r1", "--at", "0", "--run-id", "f1", "--model", model, "--prompt-file", "prompt.txt"});

  EXPECT_EQ(forked.exit, 0) << forked.err;
  EXPECT_EQ(run({"runs", "resume", "f1"}).out, "Other.\n");
  EXPECT_THAT(run({"runs", "show", "f1"}).out, HasSubstr("user: go elsewhere"));
  auto unknown = run({"runs", "fork", "r1", "--at", "0", "--run-id", "f2", "--model", "nowhere/x"});
  EXPECT_NE(unknown.exit, 0);
  EXPECT_NE(run({"runs", "show", "f2"}).exit, 0) << "nothing was made";
  EXPECT_EQ(run({"runs", "fork", "r1", "--at", "0", "--result", "what"}).exit, 2);
  auto unread = run({"runs", "fork", "r1", "--at", "0", "--run-id", "f3", "--prompt-file", "."});
  EXPECT_EQ(unread.exit, 2) << "a directory is no empty prompt";
  EXPECT_THAT(unread.err, HasSubstr("cannot read '.'"));
}

}  // namespace
}  // namespace executus::testing
