// Agents with an MCP server, from outside: the server is a shell script on its stdin and stdout.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>

#include "cli_program.hpp"

namespace executus::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Its tool `write` adds a line to the file `acts`. The first call never gets an answer while there is no file `answer`.
constexpr const char* kServer = R"sh(
echo $$ > server.new; mv server.new server
say() { printf '{"jsonrpc":"2.0","id":%s,%s}\n' "$id" "$1"; }
while IFS= read -r line; do
  id=$(printf '%s' "$line" | sed -nE 's/^\{"jsonrpc":"2.0","id":("[^"]*"|[0-9]+).*/\1/p')
  case $line in
    *'"server/discover"'*) say '"error":{"code":-32601,"message":"Method not found"}' ;;
    *'"initialize"'*) say '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}' ;;
    *'"tools/list"'*) say '"result":{"tools":[{"name":"write","description":"Writes.","inputSchema":{"type":"object"}}]}' ;;
    *'"tools/call"'*)
      echo act >> acts
      if [ -e answer ]; then say '"result":{"content":[{"type":"text","text":"written"}]}'; else : > acted; sleep 1000; fi ;;
  esac
done
)sh";

class McpServers : public CliProgram {
 protected:
  void agent_with_server(const std::string& effect) {
    agent("writer", "  - {calls: [{tool: notes.write, arguments: {text: hi}}]}\n  - text: Done.\n",
          "mcp_servers:\n  - {name: notes, command: [sh, server.sh], effect: " + effect + "}\n");
    write("server.sh", kServer);
  }
  void kill_in_the_middle_of_the_call() {
    auto started = start({"run", "writer", "go", "--run-id", "r1"});
    until_exists("acted");
    started->signal(SIGKILL);
    (void)started->finish();
    write("answer", "");
  }
  long acts() const { return std::ranges::count(read("acts"), '\n'); }
  static bool lives(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/stat");
    std::string stat{std::istreambuf_iterator<char>(file), {}};
    auto end = stat.rfind(')');
    return end != stat.npos && stat[end + 2] != 'Z' && stat[end + 2] != 'X';
  }
};

TEST_F(McpServers, AreStartedForARunAndEndedWithIt) {
  agent_with_server("irreversible");
  write("answer", "");
  auto finished = run({"run", "writer", "go", "--run-id", "r1"});
  EXPECT_EQ(finished.out, "Done.\n") << finished.err;
  EXPECT_EQ(acts(), 1);
  auto pid = read("server");
  pid.pop_back();
  until([&] { return !lives(pid); });
}

// [MCP-04] [MCP-05] [DUR-05]
TEST_F(McpServers, AreCalledAgainAfterAKillOnlyWhereThatIsHarmless) {
  agent_with_server("idempotent");
  kill_in_the_middle_of_the_call();
  auto pid = read("server");
  pid.pop_back();
  until([&] { return !lives(pid); });
  EXPECT_EQ(run({"recover"}).exit, 0);
  EXPECT_EQ(show("r1").at("status"), "ok");
  EXPECT_EQ(acts(), 2);
}

// [MCP-04] [DUR-05]
TEST_F(McpServers, AreNotCalledAgainAfterAKillWhereThatCouldActTwice) {
  agent_with_server("irreversible");
  kill_in_the_middle_of_the_call();
  (void)run({"recover"});
  EXPECT_EQ(show("r1").at("tool_calls").as_array().at(0).at("state"), "in_doubt");
  EXPECT_EQ(acts(), 1);
}

}  // namespace
}  // namespace executus::testing
