#include "runtime/agent_file/agent_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

namespace executus {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const KnownNames kKnown{{"git_diff", "glob", "grep", "now", "read_file", "run_command"}, {"summarise", "researcher"}};

struct Read {
  std::optional<AgentFile> file;
  Diagnostics said;
};

Read read_agent(std::string_view text, const std::string& path = "a.yaml") {
  Read read;
  read.file = parse_agent_file(text, path, kKnown, read.said);
  return read;
}

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

TEST(AgentFile, ReadsEveryPlainField) {
  auto read = read_agent(R"(name: triage
description: Explains.
model: thinking
system_prompt: You are kind.
root: sub
max_iterations: 4
max_runtime: 5m
tools: [grep, "re*"]
on_in_doubt: tell_model
on_model_unavailable: fail
durability: relaxed
)",
                         "dir/a.yaml");

  ASSERT_TRUE(read.file) << ::testing::PrintToString(read.said.errors);
  const Agent& agent = read.file->agent;
  EXPECT_EQ(agent.name, "triage");
  EXPECT_EQ(agent.model, "thinking");
  EXPECT_EQ(agent.system_prompt, "You are kind.");
  EXPECT_EQ(agent.root, std::filesystem::absolute("dir/sub").string());
  EXPECT_EQ(agent.max_iterations, 4);
  EXPECT_EQ(agent.max_runtime, Milliseconds(300'000));
  EXPECT_THAT(agent.tools, ElementsAre("grep", "re*"));
  EXPECT_EQ(agent.on_in_doubt, OnInDoubt::tell_model);
  EXPECT_EQ(agent.on_model_unavailable, OnModelUnavailable::fail);
  EXPECT_EQ(agent.durability, Durability::relaxed);
  EXPECT_THAT(read.said.warnings,
              ElementsAre(HasSubstr("a.yaml:5:7: warning: a run is refused here: there is no folder")));
}

TEST(AgentFile, TakesOnePromptAndATimeThatPasses) {
  EXPECT_THAT(read_agent("name: a\nsystem_prompt: x\nsystem_prompt_file: /proc/version\n").said.errors,
              ElementsAre(HasSubstr("give either 'system_prompt' or 'system_prompt_file', not both")));
  EXPECT_THAT(read_agent("name: a\nmax_runtime: 0s\n").said.errors,
              ElementsAre(HasSubstr("'max_runtime' has to be longer than 0")));
}

TEST(AgentFile, ACriticThatIsGivenWatches) {
  EXPECT_FALSE(read_agent("name: a\n").file->agent.critic.enabled);
  EXPECT_TRUE(read_agent("name: a\ncritic: {backstop_multiplier: 2}\n").file->agent.critic.enabled);
  EXPECT_FALSE(read_agent("name: a\ncritic: {enabled: false}\n").file->agent.critic.enabled);
}

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

TEST(AgentFile, RefusesToolsThatNoProviderTakesAndTimesThatHavePassed) {
  auto with = [](const std::string& fields) {
    return read_agent("name: a\ncommand_tools:\n  - {description: d, command: [x], effect: pure, " + fields + "}\n")
        .said.errors;
  };
  EXPECT_THAT(with("name: " + std::string(64, 't')), IsEmpty());
  EXPECT_THAT(with("name: " + std::string(65, 't')), ElementsAre(HasSubstr("at most 64 letters")));
  EXPECT_THAT(with("name: t, timeout: 0s"), ElementsAre(HasSubstr("'timeout' has to be longer than 0")));
}

TEST(AgentFile, ReportsDuplicateKeysTogetherWithEverythingElse) {
  auto read = read_agent("name: bad\nmodle: fast\ntools: [red_file]\nmax_iterations: 3\nmax_iterations: many\n");

  EXPECT_FALSE(read.file);
  ASSERT_EQ(read.said.errors.size(), 4u) << ::testing::PrintToString(read.said.errors);
  EXPECT_THAT(read.said.errors[0], HasSubstr("a.yaml:2:1: error: unknown key 'modle'; did you mean 'model'?"));
  EXPECT_THAT(read.said.errors[1], HasSubstr("did you mean 'read_file'?"));
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

TEST(AgentFile, ReportsAllProblemsWithTheirPlaces) {
  auto read = read_agent(R"(name: Triage
modle: fast
max_iterations: 0
max_runtime: 5 minutes
durability: stric
tools: [grpe, now]
)");

  EXPECT_FALSE(read.file);
  EXPECT_THAT(read.said.errors,
              ElementsAre(StartsWith("a.yaml:1:7: error: 'name' may hold"),
                          "a.yaml:2:1: error: unknown key 'modle'; did you mean 'model'?",
                          StartsWith("a.yaml:3:17: error: 'max_iterations' has to be at least 1"),
                          StartsWith("a.yaml:4:14: error: 'max_runtime'"),
                          ::testing::AllOf(StartsWith("a.yaml:5:13: error: "), HasSubstr("did you mean 'strict'?")),
                          "a.yaml:6:9: error: unknown tool 'grpe'; did you mean 'grep'?"));
}

TEST(AgentFile, SaysHowOldALazyRunMayGet) {  // [HOST-01]
  auto agent = read_agent("name: a\ndurability: lazy\ndurable_after: 1500ms\n").file->agent;
  EXPECT_EQ(agent.durability, Durability::lazy);
  EXPECT_EQ(agent.durable_after, Milliseconds(1'500));
  EXPECT_EQ(read_agent("name: a\ndurability: lazy\n").file->agent.durable_after, Milliseconds(0));
  EXPECT_THAT(read_agent("name: a\ndurability: lazy\ndurable_after: 0s\n").said.errors,
              ElementsAre(HasSubstr("longer than 0")));
  EXPECT_THAT(read_agent("name: a\ndurability: lazy\ndurable_after: 1m\n").said.errors, ::testing::IsEmpty());
  EXPECT_THAT(read_agent("name: a\ndurability: lazy\ndurable_after: 30d\n").said.errors,
              ElementsAre(HasSubstr("a minute at most")));
}

TEST(AgentFile, SaysHowLongItsRunsAreKept) {
  EXPECT_EQ(read_agent("name: a\nretention: {keep: 30d}\n").file->keep_runs, std::chrono::hours(30 * 24));
  EXPECT_EQ(read_agent("name: a\n").file->keep_runs, std::nullopt);
  EXPECT_THAT(read_agent("name: a\nretention: {keep: 0s}\n").said.errors, ElementsAre(HasSubstr("longer than 0")));
  EXPECT_THAT(read_agent("name: a\nretention: {}\n").said.errors, ElementsAre(HasSubstr("'keep'")));
  EXPECT_THAT(read_agent("name: a\ndurability: memory\nretention: {keep: 1d}\n").said.warnings,
              ElementsAre(HasSubstr("not kept at all")));
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

TEST(AgentFile, RefusesKeysThisVersionCannotHonour) {
  for (std::string key : {"mcp_servers"}) {
    auto read = read_agent("name: a\n" + key + ":\n  x: 1\n");
    EXPECT_FALSE(read.file) << key;
    EXPECT_THAT(read.said.errors, ElementsAre("a.yaml:2:1: error: '" + key + "' is not supported by this version"));
  }
}

TEST(AgentFile, ReadsPhasesCriticPermissionsAndDelegates) {  // [PH-04] [PH-15]
  auto read = read_agent(R"(name: a
max_runtime: 5m
tools: [grep, now]
permissions: {ask: [grep], deny: ["no*"]}
skills: [summarise]
agents: [researcher]
critic: {enabled: true, backstop_multiplier: 4}
phases:
  - {name: plan, system_prompt: "Plan {{Query}}", model: thinking, max_iterations: 4, tools: [grep]}
  - {name: answer, kind: prompt, optional: true, on_error: {use: "No answer."}}
)");
  ASSERT_TRUE(read.file) << ::testing::PrintToString(read.said.errors);
  const auto& agent = read.file->agent;
  EXPECT_THAT(agent.permissions.ask, ElementsAre("grep"));
  EXPECT_THAT(agent.permissions.deny, ElementsAre("no*"));
  EXPECT_THAT(agent.skills, ElementsAre("summarise"));
  EXPECT_THAT(agent.agents, ElementsAre("researcher"));
  EXPECT_TRUE(agent.critic.enabled);
  EXPECT_EQ(agent.critic.backstop_multiplier, 4);
  ASSERT_EQ(agent.phases.size(), 2u);
  EXPECT_EQ(agent.phases[0].max_iterations, 4);
  EXPECT_THAT(*agent.phases[0].tools, ElementsAre("grep"));
  EXPECT_EQ(agent.phases[1].kind, Phase::Kind::prompt);
  EXPECT_FALSE(agent.phases[1].tools) << "left out: all";
  EXPECT_TRUE(agent.phases[1].optional);
  EXPECT_EQ(agent.phases[1].fallback, "No answer.");
}

TEST(AgentFile, ReportsWrongPhasesPermissionsAndCritics) {
  auto errors = [](const std::string& yaml) { return read_agent("name: a\ntools: [grep]\n" + yaml).said.errors; };
  EXPECT_THAT(errors("phases: [{name: my-plan}]"), ElementsAre(HasSubstr("a phase's name")));
  EXPECT_THAT(errors("phases: [{name: plan, tools: [now]}]"), ElementsAre(HasSubstr("no tool 'now'")));
  EXPECT_THAT(errors("phases: [{name: plan, kind: loops}]"), ElementsAre(HasSubstr("'kind'")));
  EXPECT_THAT(errors("permissions: {ask: [grpe]}"), ElementsAre(HasSubstr("did you mean 'grep'")));
  EXPECT_THAT(errors("critic: {backstop_multiplier: 1}"), ElementsAre(HasSubstr("more than 1")));
}

TEST(AgentFile, ReportsBrokenYamlAndDuplicateKeys) {
  EXPECT_THAT(read_agent("name: a\nname: b\n").said.errors, ElementsAre(StartsWith("a.yaml:2:1: error: ")));
  EXPECT_THAT(read_agent("name: [a\n").said.errors, ElementsAre(StartsWith("a.yaml:")));
  EXPECT_THAT(read_agent("- name\n").said.errors, ElementsAre(StartsWith("a.yaml:1:1: error: expected a map")));
  EXPECT_THAT(read_agent("").said.errors, ElementsAre(StartsWith("a.yaml:1:1: error: ")));
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

TEST(AgentFile, WarnsWhereADefaultWillSurprise) {
  auto read = read_agent(R"(name: a
tools: [now]
command_tools:
  - {name: c, description: x, command: [./c]}
)");

  ASSERT_TRUE(read.file);
  EXPECT_THAT(read.said.warnings,
              ElementsAre(HasSubstr("declared but not listed"), HasSubstr("counts as irreversible")));
}

TEST(AgentFile, ReadsThePromptFileBesideTheAgentFile) {
  const executus::testing::TemporaryFolder folder;
  std::ofstream(folder / "p.md") << "From a file.";

  auto read = read_agent("name: a\nsystem_prompt_file: p.md\n", (folder / "a.yaml").string());
  auto missing = read_agent("name: a\nsystem_prompt_file: nope.md\n", (folder / "a.yaml").string());

  ASSERT_TRUE(read.file);
  EXPECT_EQ(read.file->agent.system_prompt, "From a file.");
  EXPECT_THAT(missing.said.errors, ElementsAre(HasSubstr("2:21: error: cannot read")));
}

TEST(AgentFile, OfAnyNameTellsErrorsFromWarnings) {
  auto said = read_agent("name: a\nmodle: x\nphases: [{name: p, on_error: {}}]\n", "a: warning: b: error: c.yaml").said;

  EXPECT_THAT(said.errors, ElementsAre(HasSubstr("unknown key 'modle'")));
  EXPECT_THAT(said.warnings, ElementsAre(HasSubstr("'on_error' counts")));
}

TEST(AgentFile, NamesAFileThatCannotBeRead) {
  Diagnostics said;
  EXPECT_FALSE(load_agent_file("no/such.yaml", kKnown, said));
  EXPECT_THAT(said.errors, ElementsAre(HasSubstr("no/such.yaml")));
}

constexpr std::string_view kWithInputs = R"(name: a
system_prompt: "Look at {{inputs.service}} {{inputs.count}}{{inputs.note}}."
inputs:
  type: object
  properties: {service: {type: string}, count: {type: integer, default: 2}, note: {type: string}}
  required: [service]
)";

TEST(AgentFile, NamesNobodyToDelegateToWhoIsNotThere) {
  auto read = read_agent("name: a\nsystem_prompt: hi\nagents: [researcher, resercher]\nskills: [cook]\n");

  EXPECT_FALSE(read.file);
  ASSERT_EQ(read.said.errors.size(), 2u);
  EXPECT_THAT(read.said.errors[1], AllOf(StartsWith("a.yaml:4:10: error:"), HasSubstr("'cook'")));
  EXPECT_THAT(read.said.errors[0], AllOf(StartsWith("a.yaml:3:22: error:"), HasSubstr("did you mean 'researcher'")));
}

TEST(AgentInputs, FillThePrompt) {
  auto file = *read_agent(kWithInputs).file;

  auto inputs = apply_inputs(file, {{"service", "db"}});
  ASSERT_TRUE(inputs.ok());
  EXPECT_EQ(*inputs, (boost::json::object{{"service", "db"}, {"count", 2}, {"note", nullptr}}));
  EXPECT_EQ(file.agent.system_prompt, "Look at db 2.");
}

TEST(AgentInputs, AreCheckedAgainstTheSchema) {
  auto file = *read_agent(kWithInputs).file;

  EXPECT_THAT(apply_inputs(file, {}).error().message(), HasSubstr("service"));
  EXPECT_THAT(apply_inputs(file, {{"service", 3}}).error().message(), HasSubstr("/service"));
  EXPECT_THAT(apply_inputs(file, {{"servce", "db"}}).error().message(), HasSubstr("did you mean 'service'?"));
}

TEST(AgentInputs, OfAPromptThatNamesWhatNobodyGave) {
  auto file = *read_agent("name: a\nsystem_prompt: 'Hi {{inputs.who}}'\n").file;

  EXPECT_THAT(apply_inputs(file, {}).error().message(), HasSubstr("inputs.who"));
}

}  // namespace
}  // namespace executus
