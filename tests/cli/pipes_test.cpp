// Standard output with a reader that stops, that is full, or that was never there.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Eq;
using ::testing::HasSubstr;

class Pipes : public CliProgram {
 protected:
  void SetUp() override { agent("a", "  - text: \"" + std::string(300'000, 'x') + "\"\n"); }

  // The program as a shell starts it, with `redirection` behind it.
  Finished in_shell(const std::string& command, const std::string& redirection) {
    std::string line = "cd '" + folder().string() + "' && env -i";
    for (const auto& [name, value] : environment_) line += " '" + name + "=" + value + "'";
    line += std::string(" '") + EXECUTUS_PROGRAM + "' " + command + " 2> err " + redirection;
    Finished finished;
    int status = std::system(("bash -c \"" + line + "\"").c_str());
    finished.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
    finished.err = read("err");
    return finished;
  }
};

TEST_F(Pipes, WithAReaderThatHasEnoughAreNoError) {
  ASSERT_EQ(run({"run", "a", "hi", "--run-id", "r1"}).exit, 0);
  for (std::string command : {"run a hi --run-id r2", "runs show r1", "runs events r1 --json", "tools list"}) {
    auto finished = in_shell(command, "| head -c 1 > /dev/null; exit \\${PIPESTATUS[0]}");
    EXPECT_THAT(finished.exit, AnyOf(Eq(0), Eq(141))) << command;
    EXPECT_EQ(finished.err, "") << command;
  }
  EXPECT_EQ(show("r2").at("status"), "ok");
}

TEST_F(Pipes, WithAReaderThatIsGoneLeaveTheRunsExitCode) {
  auto finished = in_shell("run a hi --run-id r1", "| true; exit \\${PIPESTATUS[0]}");
  EXPECT_EQ(finished.exit, 0) << finished.err;
}

TEST_F(Pipes, ThatAreClosedNameTheRunThatEnded) {
  auto finished = in_shell("run a hi --run-id r1", ">&-");

  EXPECT_EQ(finished.exit, 0) << "the run ended well";
  EXPECT_THAT(finished.err, AllOf(HasSubstr("standard output is closed"), HasSubstr("executus runs show r1")));
  EXPECT_EQ(in_shell("runs show r1", ">&-").exit, 1) << "there is nothing else this is for";
}

// The next file that is opened gets the lowest free number: it must not be the database.
TEST_F(Pipes, ThatWereNeverThereAreNoFileOfTheRun) {
  int runs = 0;
  for (const char* redirection : {"<&- >&- 2>&-", ">&- 2>&-", "<&- > out 2>&-", "<&- > out"}) {
    std::string id = "r" + std::to_string(++runs);
    EXPECT_EQ(in_shell("run a hi --run-id " + id, redirection).exit, 0) << redirection;
    EXPECT_EQ(show(id).at("status"), "ok") << redirection;
  }
}

TEST_F(Pipes, ThatAreFullNameTheRunThatEnded) {
  auto finished = in_shell("run a hi --run-id r1", "> /dev/full");

  EXPECT_EQ(finished.exit, 1) << "what was to be kept is not";
  EXPECT_THAT(finished.err, AllOf(HasSubstr("No space left"), HasSubstr("executus runs show r1")));
  EXPECT_EQ(show("r1").at("status"), "ok");
}

}  // namespace
}  // namespace executus::testing
