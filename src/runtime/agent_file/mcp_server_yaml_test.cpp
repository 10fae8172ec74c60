// MCP servers as agent files declare them: what is read, and what is said of what is wrong.
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>

#include "runtime/agent_file/agent_file.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

struct Read {
  std::optional<AgentFile> file;
  Diagnostics said;
};

const FixedEnvironment kEnvironment{{{"TOKEN", "t"}}};

Read read_agent(const std::string& yaml) {
  KnownNames known{{"grep", "now"}, {}, {}};
  known.environment = &kEnvironment;
  known.mcp_servers = {{{"kind", "mcp"}, {"name", "shared"}, {"command", {"serve"}}}};
  Read read;
  read.file = parse_agent_file("name: a\n" + yaml, "a.yaml", known, read.said);
  return read;
}
std::vector<std::string> errors(const std::string& yaml) { return read_agent(yaml).said.errors; }
std::vector<std::string> warnings(const std::string& yaml) {
  auto read = read_agent(yaml);
  EXPECT_THAT(read.said.errors, IsEmpty());
  return read.said.warnings;
}

TEST(McpServerYaml, BecomesADeclaration) {  // [MCP-05]
  auto read = read_agent(R"(mcp_servers:
  - name: fs
    command: [npx, -y, "@scope/server", /srv]
    cwd: data
    env: {KEY: "${TOKEN}"}
    effect: idempotent
    effects: {"read_*": pure}
    parallel: ["read_*"]
    trust_annotations: true
    tools: ["read_*", write_file]
    required: true
    shared: false
    timeout: 30s
    total_timeout: 10m
    startup_timeout: 2m
    roots: false
    log_level: error
)");
  ASSERT_TRUE(read.file) << ::testing::PrintToString(read.said.errors);
  EXPECT_THAT(read.said.warnings, IsEmpty());
  ASSERT_EQ(read.file->agent.declared_tools.size(), 1u);
  EXPECT_EQ(
      write_json(read.file->agent.declared_tools[0]),
      R"({"kind":"mcp","name":"fs","command":["npx","-y","@scope/server","/srv"],"cwd":"data","env":{"KEY":"${TOKEN}"},"effect":"idempotent","effects":{"read_*":"pure"},"tools":["read_*","write_file"],"parallel":["read_*"],"trust_annotations":true,"required":true,"shared":false,"roots":false,"timeout_ms":30000,"total_timeout_ms":600000,"startup_timeout_ms":120000,"log_level":"error"})");
  EXPECT_THAT(read.file->agent.tools, ElementsAre("fs.*")) << "all that it offers, where the file lists no tools";
}

TEST(McpServerYaml, IsAPlaceOrAProgram) {  // [MCP-05]
  auto read = read_agent(R"(mcp_servers:
  - name: web
    url: https://example.org/mcp
    headers: {Authorization: "Bearer ${TOKEN}"}
    effect: pure
)");
  ASSERT_TRUE(read.file) << ::testing::PrintToString(read.said.errors);
  EXPECT_EQ(
      write_json(read.file->agent.declared_tools.at(0)),
      R"({"kind":"mcp","name":"web","url":"https://example.org/mcp","headers":{"Authorization":"Bearer ${TOKEN}"},"effect":"pure"})");
  EXPECT_THAT(errors("mcp_servers: [{name: fs, effect: pure}]\n"),
              ElementsAre(HasSubstr("give the 'command' that starts the server, or the 'url'")));
  EXPECT_THAT(errors("mcp_servers: [{name: fs, effect: pure, command: [x], url: 'https://x.org'}]\n"),
              Contains(HasSubstr("give either 'command' or 'url'")));
}

TEST(McpServerYaml, OfTheProjectIsNamed) {  // [MCP-05]
  auto read = read_agent("mcp_servers: [shared, {name: own, command: [x], effect: pure}]\n");
  ASSERT_TRUE(read.file) << ::testing::PrintToString(read.said.errors);
  EXPECT_EQ(read.file->agent.declared_tools.at(0).at("command"), (boost::json::value{"serve"}));
  EXPECT_THAT(read.file->agent.tools, ElementsAre("shared.*", "own.*"));
  EXPECT_THAT(errors("mcp_servers: [shard]\n"),
              ElementsAre(AllOf(StartsWith("a.yaml:2:15: error: no MCP server 'shard' in executus.yaml"),
                                HasSubstr("did you mean 'shared'?"))));
}

TEST(McpServerYaml, WithoutAnEffectIsWarnedOf) {  // [MCP-04]
  EXPECT_THAT(warnings("mcp_servers: [{name: fs, command: [x]}]\n"),
              ElementsAre(HasSubstr("its tools count as irreversible: a crash during a call parks the run")));
  EXPECT_THAT(warnings("mcp_servers: [{name: fs, command: [x], trust_annotations: true}]\n"), IsEmpty());
}

TEST(McpServerYaml, ToolsOfItMayBeNamedLikeOthers) {  // [MCP-05]
  const std::string fs = "mcp_servers: [{name: fs, command: [x], effect: pure}]\n";
  EXPECT_THAT(warnings(fs + "tools: [grep, fs.read_file, \"fs.list_*\"]\npermissions: {ask: [\"fs.write_*\"]}\n"),
              IsEmpty());
  EXPECT_THAT(warnings(fs + "phases: [{name: one, tools: [\"fs.*\"]}, {name: two, tools: [fs.read]}]\n"), IsEmpty());
  EXPECT_THAT(warnings(fs + "tools: [grep]\n"), ElementsAre(HasSubstr("none of its tools is listed")));
  EXPECT_THAT(errors(fs + "tools: [sf.read]\n"), ElementsAre(HasSubstr("unknown tool 'sf.read'")));
  EXPECT_THAT(errors(fs + "phases: [{name: one, tools: [sf.read]}]\n"),
              ElementsAre(HasSubstr("the agent has no tool 'sf.read'")));
  EXPECT_THAT(errors("tools: [fs.read]\n"), ElementsAre(HasSubstr("unknown tool 'fs.read'")));
}

struct Wrong {
  const char* server;
  const char* error;
};

TEST(McpServerYaml, SaysWhatIsWrong) {  // [MCP-05]
  for (const auto& [server, error] : {
           Wrong{"{name: 'F s', command: [x], effect: pure}", "'name' has to be at most 32"},
           Wrong{"{name: fs.x, command: [x], effect: pure}", "'name' has to be at most 32"},
           Wrong{"{name: fs, command: [], effect: pure}", "'command' has to name a program"},
           Wrong{"{name: fs, command: [x], effect: probeable}", "'effect'"},
           Wrong{"{name: fs, command: [x], effects: {a: probeable}}", "an effect is pure, idempotent, keyed or"},
           Wrong{"{name: fs, command: [x], effects: {a: clean}}", "got 'clean'"},
           Wrong{"{name: fs, url: 'ftp://x.org', effect: pure}", "'url' has to begin with http"},
           Wrong{"{name: fs, command: [x], effect: pure, timeout: 0s}", "'timeout' has to be longer than 0"},
           Wrong{"{name: fs, command: [x], effect: pure, env: {KEY: '${'}}", "MCP server 'fs': "},
           Wrong{"{name: fs, command: [x], effect: pure, log_level: loud}", "'log_level'"},
           Wrong{"{name: fs, command: [x], effect: pure, sampling: {calls: 1}}", "sampling"},
           Wrong{"{name: fs, command: [x], effect: pure, cmd: y}", "cmd"},
           Wrong{"7", "a map"},
       })
    EXPECT_THAT(errors("mcp_servers: [" + std::string(server) + "]\n"), ElementsAre(HasSubstr(error))) << server;
  EXPECT_THAT(errors("mcp_servers: {}\n"), ElementsAre(HasSubstr("a list of maps and names")));
  EXPECT_THAT(errors("mcp_servers: [shared, shared]\n"), ElementsAre(HasSubstr("declared twice")));
}

TEST(McpServerYaml, SaysWhichVariableIsNotSetHere) {  // [MCP-05]
  EXPECT_THAT(warnings("mcp_servers: [{name: fs, command: [x], effect: pure, env: {KEY: '${NONE}'}}]\n"),
              ElementsAre(AllOf(HasSubstr("a run is refused here: MCP server 'fs': "), HasSubstr("NONE"))));
}

}  // namespace
}  // namespace executus
