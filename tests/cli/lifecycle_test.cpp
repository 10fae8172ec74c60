#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Lifecycle : public CliProgram {
 protected:
  // The queued run "r1" stays as it is, and people are told what for.
  void expect_left_for_want_of(const std::string& what) {
    auto finished = run({"recover"});
    EXPECT_EQ(finished.exit, 3) << finished.out << finished.err;
    EXPECT_THAT(finished.out, AllOf(HasSubstr("not taken up"), HasSubstr(what)));
    EXPECT_EQ(show("r1").at("attempts"), 0);
    EXPECT_EQ(show("r1").at("status"), "queued");
  }
};

TEST_F(Lifecycle, AQueuedRunIsRunByRecover) {
  agent("a", "  - text: hi\n");

  auto queued = run({"run", "a", "hi", "--detach", "--run-id", "r1"});
  EXPECT_EQ(queued.exit, 0);
  EXPECT_EQ(queued.out, "r1\n");
  EXPECT_EQ(show("r1").at("status"), "queued");
  EXPECT_THAT(run({"recover", "--dry-run"}).out, HasSubstr("r1"));
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(show("r1").at("status"), "ok");
}

TEST_F(Lifecycle, RecoverWithNothingToDoIsFine) {
  auto finished = run({"recover"});

  EXPECT_EQ(finished.exit, 0);
  EXPECT_EQ(finished.out, "nothing to recover\n");
  EXPECT_EQ(run({"recover", "--json"}).json(), boost::json::array());
}

TEST_F(Lifecycle, RecoverSaysWhatItLacks) {  // [DUR-39]
  environment_["LLM_LAB"] = "openai+http://127.0.0.1:1/v1";
  write("a.yaml", "name: a\nmodel: lab/any\n");
  ASSERT_EQ(run({"run", "a.yaml", "hi", "--detach", "--run-id", "r1"}).exit, 0);
  environment_.erase("LLM_LAB");
  expect_left_for_want_of("lab");
}

TEST_F(Lifecycle, RecoverSaysWhichKeyItLacksAndRunBeginsNothingWithoutIt) {  // [DUR-39]
  write("a.yaml", "name: a\nmodel: openai/any\n");
  auto refused = run({"run", "a.yaml", "hi", "--run-id", "r1"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("openai/any"), HasSubstr("OPENAI_API_KEY is not set")));
  EXPECT_NE(run({"runs", "show", "r1"}).exit, 0) << "nothing was begun";

  environment_["OPENAI_API_KEY"] = "k";
  ASSERT_EQ(run({"run", "a.yaml", "hi", "--detach", "--run-id", "r1"}).exit, 0);
  environment_.erase("OPENAI_API_KEY");
  expect_left_for_want_of("OPENAI_API_KEY");
}

TEST_F(Lifecycle, TooManyStepsAreAnError) {
  agent("a", "  - {calls: [{tool: t, arguments: {}}]}\n  - {calls: [{tool: t, arguments: {a: 1}}]}\n  - text: never\n",
        "max_iterations: 2\ncommand_tools: [{name: t, description: x, command: [\"true\"], effect: pure}]\n");

  auto finished = run({"run", "a", "hi"});

  EXPECT_EQ(finished.exit, 1);
  EXPECT_THAT(finished.err, HasSubstr("executus: error: run "));
}

TEST_F(Lifecycle, TooMuchTimeIsATimeout) {
  agent("a", "  - {text: late, delay: 1h}\n", "max_runtime: 50ms\n");

  auto finished = run({"run", "a", "hi", "--json"});

  EXPECT_EQ(finished.exit, 4) << finished.err;
  EXPECT_EQ(finished.json().at("status"), "timeout");
}

TEST_F(Lifecycle, TheDigestIsTheSameInSeparateStores) {  // [DUR-24]
  agent("a", "  - {calls: [{tool: t, arguments: {}}]}\n  - text: done\n",
        "command_tools: [{name: t, description: x, command: [echo, \"1\"], effect: pure}]\n");
  ASSERT_EQ(run({"run", "a", "hi", "--run-id", "r1"}).exit, 0);
  ASSERT_EQ(run({"run", "a", "hi", "--run-id", "r1", "--db", "other.db"}).exit, 0);

  auto one = run({"runs", "digest", "r1"}), other = run({"runs", "digest", "r1", "--db", "other.db"});
  EXPECT_EQ(one.out.size(), 65U);
  EXPECT_EQ(one.out, other.out);
}

TEST_F(Lifecycle, InMemoryLeavesNothingBehind) {
  agent("a", "  - text: hi\n");

  EXPECT_EQ(run({"run", "a", "hi", "--durability", "memory"}).out, "hi\n");
  EXPECT_FALSE(std::filesystem::exists(folder() / "state.db"));
}

TEST_F(Lifecycle, InitWritesWhatRunsAndValidates) {
  EXPECT_EQ(run({"init", "helper"}).exit, 0);
  EXPECT_THAT(read("agents/helper.yaml"), HasSubstr("\ntools: [find_files, grep, list_dir, now, read_file, think]\n"));
  EXPECT_EQ(run({"agents", "validate", "helper"}).exit, 0) << run({"agents", "validate", "helper"}).err;
  EXPECT_THAT(run({"agents", "validate"}).err, IsEmpty());
  script("t", "  - text: hi\n");
  EXPECT_EQ(run({"run", "helper", "hi", "--model", "scripted/" + (folder() / "t.turns.yaml").string()}).out, "hi\n");
}

TEST_F(Lifecycle, InitNeverOverwrites) {
  write("agents/helper.yaml", "mine");
  write("executus.yaml", "# mine\n");

  EXPECT_EQ(run({"init", "helper"}).exit, 2);
  EXPECT_EQ(read("agents/helper.yaml"), "mine");
  EXPECT_EQ(run({"init", "other"}).exit, 0);
  EXPECT_EQ(read("executus.yaml"), "# mine\n");
  EXPECT_EQ(run({"init", "../x"}).exit, 2);
}

TEST_F(Lifecycle, TheProjectFileNamesDatabaseAndTiers) {
  agent("a", "  - text: hi\n");
  write("b.yaml", "name: b\nmodel: fast\n");
  write("executus.yaml",
        "db: own.db\nmodels: {tiers: {fast: \"scripted/" + (folder() / "a.turns.yaml").string() + "\"}}\n");
  environment_.erase("EXECUTUS_DB");

  EXPECT_EQ(run({"run", "b.yaml", "hi"}).out, "hi\n");
  EXPECT_TRUE(std::filesystem::exists(folder() / "own.db"));
}

}  // namespace
}  // namespace executus::testing
