#include "runtime/agent_file/agent_file.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

#include "runtime/agent_file/read_agent_test.hpp"

namespace executus {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

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

TEST(AgentFile, ReadsPhasesCriticPermissionsAndDelegates) {  // [PH-04] [PH-15]
  auto read = read_agent(R"(name: a
max_runtime: 5m
tools: [grep, now]
permissions: {ask: [grep], deny: ["no*"], allow: ["grep(path: docs/*) by ada"]}
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
  EXPECT_THAT(agent.permissions.allow, ElementsAre("grep(path: docs/*) by ada"));
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
  EXPECT_THAT(errors("permissions: {allow: [\"grpe(path: a)\"]}"), ElementsAre(HasSubstr("did you mean 'grep'")));
  EXPECT_THAT(errors("permissions: {deny: [\"grep(\"]}"), ElementsAre(HasSubstr("a ')' is missing")));
  EXPECT_THAT(errors("critic: {backstop_multiplier: 1}"), ElementsAre(HasSubstr("more than 1")));
}

TEST(AgentFile, ReportsBrokenYamlAndDuplicateKeys) {
  EXPECT_THAT(read_agent("name: a\nname: b\n").said.errors, ElementsAre(StartsWith("a.yaml:2:1: error: ")));
  EXPECT_THAT(read_agent("name: [a\n").said.errors, ElementsAre(StartsWith("a.yaml:")));
  EXPECT_THAT(read_agent("- name\n").said.errors, ElementsAre(StartsWith("a.yaml:1:1: error: expected a map")));
  EXPECT_THAT(read_agent("").said.errors, ElementsAre(StartsWith("a.yaml:1:1: error: ")));
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
  EXPECT_FALSE(load_agent_file("no/such.yaml", kKnownToTests, said));
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
