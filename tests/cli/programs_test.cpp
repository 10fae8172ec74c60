// Programs of command tools, from outside: what they see, and that none of them stays.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Programs : public CliProgram {
 protected:
  // An agent whose model makes `calls` calls of a tool that runs this script, then says "Done.".
  void agent_that_calls(const std::string& script, int calls = 1) {
    std::string turn = "  - {calls: [";
    for (int i = 0; i < calls; ++i) turn += std::string(i ? ", " : "") + "{tool: work, arguments: {}}";
    agent("worker", turn + "]}\n  - text: Done.\n",
          "command_tools:\n  - {name: work, description: Works., cwd: ., parallel: true, command: [sh, work.sh]}\n");
    write("work.sh", script);
  }
  static void wait_until(const std::function<bool()>& yes) {
    auto bound = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!yes()) {
      ASSERT_LT(std::chrono::steady_clock::now(), bound) << "it did not happen";
      std::this_thread::yield();
    }
  }
  // The process whose number a script wrote with `echo $$ > FILE.new; mv FILE.new FILE`.
  pid_t process_of(const std::string& file) {
    wait_until([&] { return std::filesystem::exists(folder() / file); });
    return static_cast<pid_t>(std::stoi(read(file)));
  }
  static bool lives(pid_t pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string stat{std::istreambuf_iterator<char>(file), {}};
    auto end = stat.rfind(')');
    return end != stat.npos && stat[end + 2] != 'Z' && stat[end + 2] != 'X';
  }
  long lines_of(const std::string& file) const { return std::ranges::count(read(file), '\n'); }
};

TEST_F(Programs, SeeNoKeysOfOurEnvironment) {
  environment_["OPENAI_API_KEY"] = environment_["LLM_LAB"] = environment_["DATABASE_URL"] = "openai://c4n4ry@host/v1";
  agent_that_calls("env > seen\n");

  EXPECT_EQ(run({"run", "worker", "go"}).exit, 0);

  EXPECT_THAT(read("seen"), HasSubstr("PATH="));
  EXPECT_THAT(read("seen"), HasSubstr("EXECUTUS_IDEMPOTENCY_KEY="));
  EXPECT_THAT(read("seen"), Not(HasSubstr("c4n4ry")));
}

TEST_F(Programs, DieWithUsWhenWeAreKilled) {  // [DUR-05]
  agent_that_calls(
      "(setsid sh -c 'echo $$ > daemon.new; mv daemon.new daemon; exec sleep 1000' &)\n"
      "echo $$ > program.new; mv program.new program; exec sleep 1000\n");
  auto started = start({"run", "worker", "go"});
  pid_t program = process_of("program"), daemon = process_of("daemon");
  ASSERT_TRUE(lives(program) && lives(daemon));

  started->signal(SIGKILL);
  (void)started->finish();

  wait_until([&] { return !lives(program) && !lives(daemon); });
}

TEST_F(Programs, LeaveNothingBehind) {
  agent_that_calls(
      "(setsid sh -c 'echo $$ > daemon.new; mv daemon.new daemon; exec sleep 1000' &)\n"
      "sleep 1000 &\necho $! > left.new; mv left.new left\n"
      "while [ ! -e daemon ]; do :; done; echo started\n");

  EXPECT_EQ(run({"run", "worker", "go"}).out, "Done.\n");

  EXPECT_FALSE(lives(process_of("left")));
  EXPECT_FALSE(lives(process_of("daemon")));
}

// Eight run, eight wait for them; the cancellation that ends the eight makes room for no other.
TEST_F(Programs, ThatWaitInLineAreNotBegunByACancel) {  // [DUR-05] [DUR-27]
  agent_that_calls("echo x >> begun\nexec sleep 1000\n", 16);
  auto started = start({"run", "worker", "go", "--run-id", "r1"});
  wait_until([&] { return std::filesystem::exists(folder() / "begun") && lines_of("begun") == 8; });

  EXPECT_EQ(run({"runs", "cancel", "r1", "--yes"}).exit, 0);
  (void)started->finish();

  EXPECT_EQ(lines_of("begun"), 8);
  auto calls = show("r1").at("tool_calls").as_array();
  auto in_state = [&](std::string_view state) {
    return std::ranges::count_if(calls, [&](const auto& call) { return call.at("state").as_string() == state; });
  };
  EXPECT_EQ(in_state("in_doubt"), 8);
  EXPECT_EQ(in_state("not_dispatched"), 8);
}

TEST_F(Programs, MayNotBeGivenAKeyThatIsOurs) {
  write("agents/fixed.yaml",
        "name: fixed\ncommand_tools:\n  - {name: work, description: W., command: [\"true\"], effect: keyed, "
        "env: {EXECUTUS_IDEMPOTENCY_KEY: fixed}}\n");
  auto validated = run({"agents", "validate", "agents/fixed.yaml"});
  EXPECT_NE(validated.exit, 0);
  EXPECT_THAT(validated.out + validated.err, HasSubstr("'EXECUTUS_IDEMPOTENCY_KEY' is set by executus"));
}

}  // namespace
}  // namespace executus::testing
