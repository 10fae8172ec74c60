// The unit that is installed for systemd fits the program.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ServiceUnit : public CliProgram {
 protected:
  static std::string text() {
    std::ostringstream text;
    text << std::ifstream(EXECUTUS_SOURCE "/packaging/systemd/executus-worker.service.in").rdbuf();
    return text.str();
  }
  static std::string value_of(const std::string& name) {
    auto unit = text();
    auto at = unit.find("\n" + name + "=");
    if (at == unit.npos) return "";
    at += name.size() + 2;
    return unit.substr(at, unit.find('\n', at) - at);
  }
};

// 3 s for runs to end, 5 s for calls with effects, and what giving the runs back may wait for a locked database.
TEST_F(ServiceUnit, IsStoppedWithPatience) {  // [API-11]
  EXPECT_GE(std::atoi(value_of("TimeoutStopSec").c_str()), 3 + 5 + 30);
  EXPECT_EQ(value_of("KillMode"), "mixed") << "a signal to all processes would end programs of tools";
  EXPECT_THAT(run({"worker", "--help"}).out, HasSubstr("--drain SECONDS=3"));
}

TEST_F(ServiceUnit, IsReadyAndHeard) {  // [API-11]
  EXPECT_EQ(value_of("Type"), "notify");
  EXPECT_GE(std::atoi(value_of("WatchdogSec").c_str()), 20) << "a look may wait so long for a locked database";
}

TEST_F(ServiceUnit, StartsWhatTheProgramKnows) {  // [API-11]
  std::istringstream words(value_of("ExecStart"));
  std::vector<std::string> arguments;
  std::string program, word;
  words >> program;
  while (words >> word) arguments.push_back(word);
  EXPECT_THAT(program, HasSubstr("/executus"));
  arguments.push_back("--help");
  EXPECT_EQ(run(arguments).exit, 0);
}

// Without them a worker could not tell which workers of the machine live.
TEST_F(ServiceUnit, LeavesTheProcessesOfTheMachineVisible) { EXPECT_THAT(text(), Not(HasSubstr("ProcSubset="))); }

TEST_F(ServiceUnit, IsAcceptedBySystemd) {
  if (std::system("command -v systemd-analyze > /dev/null") != 0) GTEST_SKIP() << "systemd is not installed";
  auto unit = text();
  const std::string path = "@CMAKE_INSTALL_FULL_BINDIR@/executus";
  unit.replace(unit.find(path), path.size(), EXECUTUS_PROGRAM);
  write("executus-worker.service", unit);
  auto command = "systemd-analyze verify --man=no '" + (folder() / "executus-worker.service").string() + "' > '" +
                 (folder() / "said").string() + "' 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << read("said");
  EXPECT_THAT(read("said"), Not(HasSubstr("executus-worker.service:")));
}

}  // namespace
}  // namespace executus::testing
