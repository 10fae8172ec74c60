// Tools that an agent file declares: HTTP tools, programs, and the sandbox these run in.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/agent_file/read_agent_test.hpp"

namespace executus {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view kCharge = R"(name: shop
http_tools:
  - name: charge
    description: Charge a customer.
    url: http://127.0.0.1:9000/charge
    headers: {Authorization: "Bearer ${CHARGE_TOKEN}"}
    effect: probeable
    probe: {url: "http://127.0.0.1:9000/charge/{idempotency_key}"}
    timeout: 30s
    settle: 5s
    allow_private_network: true
    parameters: {type: object, properties: {amount: {type: integer}}, required: [amount]}
command_tools:
  - {name: lint, description: Run the linter., command: [./lint.sh, "--json"], cwd: ., env: {CI: "1"}, effect: pure, timeout: 20s}
)";

TEST(AgentFile, StoresWhatADeclaredToolLeavesOutOrSays) {
  auto read = read_agent(
      "name: a\ncommand_tools:\n  - {name: t, description: d, command: [x], effect: pure, cwd: sub, "
      "parallel: true, parameters: {}}\n");

  ASSERT_TRUE(read.file) << ::testing::PrintToString(read.said.errors);
  const auto& tool = read.file->agent.declared_tools.at(0);
  EXPECT_EQ(tool.at("cwd"), json::value("sub"));
  EXPECT_EQ(tool.at("parallel"), json::value(true));
  EXPECT_EQ(tool.at("parameters"), json::value({{"type", "object"}}));
}

TEST(AgentFile, SaysWhatOfASchemaIsNotChecked) {
  auto read = read_agent(R"(name: a
inputs: {type: object, properties: {day: {type: string, format: date}}}
command_tools:
  - name: note
    description: d
    command: [cat]
    effect: pure
    parameters: {type: object, colour: red}
)");

  EXPECT_THAT(read.said.errors, IsEmpty());
  EXPECT_THAT(
      read.said.warnings,
      ElementsAre(HasSubstr("warning: 'inputs': '/properties/day/format': 'format' is not checked"),
                  HasSubstr("warning: 'parameters': '/colour': unknown keyword 'colour', which is not checked")));
  EXPECT_THAT(read_agent("name: a\ninputs: {type: object, propertys: {}}\n").said.errors,
              ElementsAre(HasSubstr("did you mean 'properties'?")));
}

TEST(AgentFile, StoresDeclaredToolsWithVariablesUnexpanded) {
  auto read = read_agent(kCharge);

  ASSERT_TRUE(read.file) << ::testing::PrintToString(read.said.errors);
  EXPECT_THAT(read.file->agent.tools, ElementsAre("charge", "lint"));
  const auto& http = read.file->agent.declared_tools.at(0);
  EXPECT_EQ(http.at("kind"), json::value("http"));
  EXPECT_EQ(http.at("method"), json::value("POST"));
  EXPECT_EQ(http.at("headers").at("Authorization"), json::value("Bearer ${CHARGE_TOKEN}"));
  EXPECT_EQ(http.at("timeout_ms"), json::value(30'000));
  EXPECT_EQ(http.at("settle_ms"), json::value(5'000));
  EXPECT_EQ(http.at("probe").at("url"), json::value("http://127.0.0.1:9000/charge/{idempotency_key}"));
  const auto& command = read.file->agent.declared_tools.at(1);
  EXPECT_EQ(command.at("kind"), json::value("command"));
  EXPECT_EQ(command.at("command").as_array().size(), 2U);
  EXPECT_EQ(command.at("effect"), json::value("pure"));
}

std::string with_probe(std::string_view url) {
  return "name: shop\nhttp_tools:\n  - name: charge\n    description: Charge.\n    url: http://h/charge\n"
         "    effect: probeable\n    probe: {url: \"" +
         std::string(url) + "\"}\n";
}

TEST(AgentFile, RefusesAProbeThatDoesNotNameItsCall) {  // [DUR-05]
  EXPECT_THAT(read_agent(with_probe("http://h/{idempotency_key}")).said.errors, IsEmpty());
  EXPECT_THAT(read_agent(with_probe("http://h/charge")).said.errors,
              ElementsAre(StartsWith("a.yaml:7:18: error: the URL of a probe has to hold '{idempotency_key}'")));
  EXPECT_THAT(read_agent(with_probe("http://h/{key}")).said.errors,
              ElementsAre(::testing::AllOf(StartsWith("a.yaml:7:18: error: unknown placeholder '{key}'"),
                                           HasSubstr("did you mean '{idempotency_key}'?"))));
}

TEST(AgentFile, RefusesPlaceholdersInTheUrlOfATool) {
  auto read = read_agent(
      "name: a\nhttp_tools: [{name: w, description: d, effect: pure, url: 'http://h/{city}', parameters: {}}]\n");
  EXPECT_THAT(read.said.errors, ElementsAre(StartsWith("a.yaml:2:59: error: unknown placeholder '{city}'")));
}

TEST(AgentFile, RefusesHeadersThatAreSentAnywayOrAreNone) {  // [DUR-04]
  auto read = read_agent(R"(name: a
http_tools:
  - name: charge
    description: Charge.
    url: http://h/charge
    effect: keyed
    headers:
      idempotency-KEY: mine
      Content-type: text/plain
      host: other
      X Y: "1"
      X-Fine: "${VAR}"
      X-Two: "a\nb"
)");
  EXPECT_THAT(read.said.errors, ElementsAre(StartsWith("a.yaml:8:7: error: header 'idempotency-KEY'"),
                                            StartsWith("a.yaml:9:7: error: header 'Content-type'"),
                                            StartsWith("a.yaml:10:7: error: header 'host'"),
                                            StartsWith("a.yaml:11:7: error: 'X Y' is no name"),
                                            StartsWith("a.yaml:13:7: error: the value of header 'X-Two'")));
}

TEST(AgentFile, ReadsTheSandboxOfItsPrograms) {  // [SBX-01]
  auto read = read_agent(R"(name: a
tools: [run_command, git_diff, lint]
sandbox: {write: [build], root: read, git: read, memory_mib: 1}
command_tools:
  - {name: lint, description: d, command: [x], effect: pure, sandbox: on}
)");
  ASSERT_TRUE(read.file) << ::testing::PrintToString(read.said.errors);
  const auto& tools = read.file->agent.declared_tools;
  ASSERT_EQ(tools.size(), 3u);
  EXPECT_EQ(tools[0].at("sandbox").at("git"), json::value("read"));
  EXPECT_EQ(tools[1].at("kind"), json::value("run_command"));
  const auto& sandbox = tools[1].at("sandbox").as_object();
  EXPECT_EQ(sandbox.at("write"), (json::array{"build"}));
  EXPECT_EQ(sandbox.at("root"), json::value("read"));
  EXPECT_EQ(sandbox.at("git"), json::value("read"));
  EXPECT_EQ(sandbox.at("memory_bytes"), json::value(1 << 20));
  EXPECT_EQ(tools[2].at("kind"), json::value("git_diff"));
}

TEST(AgentFile, GoesWithoutASandboxOnlyWhereItSaysSo) {  // [SBX-02]
  auto off = read_agent("name: a\ntools: [run_command]\nsandbox: off\n");
  ASSERT_TRUE(off.file);
  EXPECT_EQ(off.file->agent.declared_tools.at(0).at("sandbox"), json::value("off"));
  EXPECT_TRUE(read_agent("name: a\ntools: [run_command]\n").file->agent.declared_tools.empty());
  EXPECT_THAT(read_agent("name: a\ntools: [run_command]\nsandbox: {hosts: [example.org]}\n").said.errors,
              ElementsAre(HasSubstr("a sandbox has no network")));
  EXPECT_THAT(read_agent("name: a\ntools: [run_command]\nsandbox: {git: write}\n").said.errors,
              ElementsAre(HasSubstr("not offered yet")));
  EXPECT_THAT(read_agent("name: a\ntools: [run_command]\nsandbox: maybe\n").said.errors,
              ElementsAre(HasSubstr("'sandbox' is on, off, or a map")));
  for (const char* tools : {"[grep]", "['*']"})
    EXPECT_THAT(read_agent("name: a\ntools: " + std::string(tools) + "\nsandbox: off\n").said.warnings,
                ElementsAre(HasSubstr("has none of")))
        << "no glob selects them";
}

TEST(AgentFile, ChecksDeclaredTools) {
  auto read = read_agent(R"(name: a
http_tools:
  - {name: grep, description: x, url: "http://h/", effect: pure}
  - {name: b, description: x, url: "ftp://h/", effect: probeable}
  - {name: b, description: x, url: "http://h/", effect: pure, parameters: {type: 3}}
command_tools:
  - {name: c, description: x, command: [], effect: pure}
)");

  EXPECT_FALSE(read.file);
  EXPECT_THAT(read.said.errors, ::testing::IsSupersetOf(
                                    {HasSubstr("a tool 'grep' exists already"), HasSubstr("has to begin with http://"),
                                     HasSubstr("needs a 'probe'"), HasSubstr("tool 'b' is declared twice"),
                                     HasSubstr("'parameters'"), HasSubstr("'command' has to name a program")}));
}

}  // namespace
}  // namespace executus
