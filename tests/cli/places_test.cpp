// Where the database may lie, and what is said where it cannot.
#include <sys/stat.h>
#include <unistd.h>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Places : public CliProgram {
 protected:
  void SetUp() override { agent("a", "  - text: hi\n"); }
};

TEST_F(Places, ThatAreNoFilesAreRefused) {
  for (const char* name : {":memory:", "file:x.db", "file::memory:?cache=shared"}) {
    auto finished = run({"run", "a", "hi", "--db", name});
    EXPECT_EQ(finished.exit, 2) << name;
    EXPECT_THAT(finished.err, HasSubstr("--durability memory"));
    EXPECT_FALSE(std::filesystem::exists(folder() / name));
  }
}

TEST_F(Places, WhereNothingCanBeMadeSayWhatToDo) {
  auto finished = run({"run", "a", "hi", "--db", "/proc/x.db"});

  EXPECT_EQ(finished.exit, 2);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("/proc/x.db"), HasSubstr("--db PATH")));
}

// No user can enter a loop of links, root included.
TEST_F(Places, ThatCannotBeReachedAreAUsageError) {
  std::filesystem::create_symlink("loop", folder() / "loop");

  auto finished = run({"runs", "list", "--db", "loop/x.db"});

  EXPECT_EQ(finished.exit, 2) << finished.err;
  EXPECT_THAT(finished.err, AllOf(HasSubstr("cannot be reached"), HasSubstr("--db")));
}

TEST_F(Places, WhereNoDatabaseIsAreLookedAtAndLeftAsTheyAre) {
  for (const Arguments& command : {Arguments{"runs", "list"},
                                   {"runs", "pending"},
                                   {"runs", "show", "r"},
                                   {"runs", "wait", "@last"},
                                   {"runs", "approve", "r"},
                                   {"runs", "cancel", "r"},
                                   {"runs", "resume", "@last"},
                                   {"recover"},
                                   {"recover", "--dry-run"}}) {
    auto arguments = command;
    arguments.insert(arguments.end(), {"--db", "deep/typo.db"});

    auto finished = run(arguments);

    EXPECT_THAT(finished.err, HasSubstr("there is no database deep/typo.db yet")) << ::testing::PrintToString(command);
    EXPECT_FALSE(std::filesystem::exists(folder() / "deep")) << ::testing::PrintToString(command);
  }
  EXPECT_EQ(run({"runs", "list", "--json", "--db", "typo.db"}).out, "[]\n");
}

TEST_F(Places, AreNamedByTheConfigurationThatIsFound) {
  environment_.erase("EXECUTUS_DB");
  write(".config/executus/executus.yaml", "db: home.db\n");
  EXPECT_THAT(run({"runs", "list"}).err, HasSubstr(".config/executus/home.db")) << "below HOME";
  environment_["XDG_CONFIG_HOME"] = (folder() / "xdg").string();
  write("xdg/executus/executus.yaml", "db: xdg.db\n");
  EXPECT_THAT(run({"runs", "list"}).err, HasSubstr("xdg/executus/xdg.db"));
  write("executus.yaml", "db: project.db\n");
  EXPECT_THAT(run({"runs", "list"}).err, HasSubstr((folder() / "project.db").string()));
  EXPECT_THAT(run({"runs", "list", "--db", "flag.db"}).err, HasSubstr("no database flag.db"));
  environment_["EXECUTUS_DB"] = "environment.db";
  EXPECT_THAT(run({"runs", "list"}).err, HasSubstr("no database environment.db"));
  EXPECT_THAT(run({"runs", "list", "--db", "flag.db"}).err, HasSubstr("no database flag.db"));
}

TEST_F(Places, ThatHangOnTheWorkingDirectoryAreNone) {
  environment_.erase("EXECUTUS_DB");
  for (const char* variable : {"HOME", "XDG_STATE_HOME"}) {
    environment_["HOME"] = "";
    environment_[variable] = "rel";
    auto finished = run({"run", "a", "hi"});
    EXPECT_EQ(finished.exit, 2) << variable;
    EXPECT_THAT(finished.err, HasSubstr("absolute path"));
    EXPECT_FALSE(std::filesystem::exists(folder() / "rel"));
    environment_.erase(variable);
  }
}

}  // namespace
}  // namespace executus::testing
