// Every name in an agent file that fits nothing: said at load, with its place and the near name.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/temporary_folder.hpp>

#include "runtime/agent_file/agent_file.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Diagnostics said_of(const std::string& yaml, const std::string& path = "a.yaml") {
  KnownNames known{{"grep", "now", "read_file"}, {"kid", "researcher"}, {}};
  Diagnostics said;
  (void)parse_agent_file(yaml, path, known, said);
  return said;
}
std::vector<std::string> errors_of(const std::string& yaml) { return said_of("name: a\n" + yaml).errors; }
std::vector<std::string> warnings_of(const std::string& yaml) {
  auto said = said_of("name: a\n" + yaml);
  EXPECT_THAT(said.errors, IsEmpty());
  return said.warnings;
}

TEST(AgentNames, OfPermissionsFitAToolOrADelegate) {
  for (std::string key : {"ask", "deny"})
    EXPECT_THAT(errors_of("agents: [kid]\npermissions: {" + key + ": [agent__kdi]}\n"),
                ElementsAre(AllOf(StartsWith("a.yaml:3:"), HasSubstr("did you mean 'agent__kid'?"))));
  EXPECT_THAT(errors_of("permissions: {ask: [\"agent__*\"]}\n"), ElementsAre(HasSubstr("no tool matches")));
  EXPECT_THAT(errors_of("permissions: {ask: [agent__kid]}\n"), ElementsAre(HasSubstr("unknown tool 'agent__kid'")));
  EXPECT_THAT(errors_of("agents: [kid]\nskills: [kid]\npermissions: {ask: [agent__kid], deny: [\"skill__*\"]}\n"),
              IsEmpty());
}

TEST(AgentNames, OfPermissionsThatTheAgentHasNoToolForAreWarnedOf) {
  EXPECT_THAT(warnings_of("tools: [now]\npermissions: {deny: [grep]}\n"),
              ElementsAre(HasSubstr("no tool that 'grep' fits")));
}

TEST(AgentNames, OfAPhasesToolsAreThoseOfTheAgent) {
  auto phase = [](const std::string& tool) { return "phases: [{name: one, tools: [" + tool + "]}]\n"; };
  EXPECT_THAT(errors_of("agents: [kid]\n" + phase("agent__kdi")),
              ElementsAre(AllOf(StartsWith("a.yaml:3:"), HasSubstr("did you mean 'agent__kid'?"))));
  EXPECT_THAT(errors_of("tools: [\"*\"]\n" + phase("gerp")), ElementsAre(HasSubstr("did you mean 'grep'?")));
  EXPECT_THAT(errors_of("tools: [grep]\nagents: [kid]\n" + phase("grep, agent__kid")), IsEmpty());
}

TEST(AgentNames, OfDelegatesAreGivenOnce) {
  EXPECT_THAT(errors_of("agents: [kid, kid]\n"), ElementsAre(AllOf(HasSubstr(":2:15: "), HasSubstr("named twice"))));
  EXPECT_THAT(errors_of("agents: [a]\n"), ElementsAre(HasSubstr("cannot delegate to itself")));
  EXPECT_THAT(errors_of("agents: [kid]\ncommand_tools:\n"
                        "  - {name: agent__kid, description: x, command: [x], effect: pure}\n"),
              ElementsAre(HasSubstr("there is a tool called 'agent__kid'")));
  EXPECT_THAT(errors_of("agents: [kid]\ntools: [agent__kid]\n"), ElementsAre(HasSubstr("under 'agents' or 'skills'")));
}

TEST(AgentNames, OfSkillPacksAreThoseThatAreThere) {  // [SKP-12]
  KnownNames known{{"grep", "skill_use_not"}, {}, {}};
  known.pack_obstacle = [](const std::vector<std::string>& names) {
    return names == std::vector<std::string>{"pdf"} ? "" : "there is no skill pack 'pfd'; did you mean 'pdf'?";
  };
  auto said = [&](const std::string& yaml) {
    Diagnostics said;
    auto file = parse_agent_file("name: a\n" + yaml, "a.yaml", known, said);
    return file ? file->agent.skill_packs : said.errors;
  };
  EXPECT_THAT(said("skill_packs: [pdf]\npermissions: {deny: [skill_use]}\n"), ElementsAre("pdf"));
  EXPECT_THAT(said("skill_packs: [pdf, pfd]\n"),
              ElementsAre(AllOf(StartsWith("a.yaml:2:20: error: 'pfd'"), HasSubstr("did you mean 'pdf'?"))));
  EXPECT_THAT(said("skill_packs: [pdf, pdf]\n"),
              ElementsAre(HasSubstr("a.yaml:2:20: error: 'pdf': it is named twice")));
  EXPECT_THAT(said("skill_packs: pdf\n"), ElementsAre(StartsWith("a.yaml:2:")));
  EXPECT_THAT(said("skill_packs: [pdf]\nphases: [{name: one, tools: [skill_use]}]\n"), ElementsAre("pdf"));
  EXPECT_THAT(said("tools: [skill_use]\n"), ElementsAre(HasSubstr("agents with 'skill_packs' have it")));
  EXPECT_THAT(said("skill_packs: [pdf]\ncommand_tools:\n"
                   "  - {name: skill_use, description: x, command: [x], effect: pure}\n"),
              ElementsAre(HasSubstr("there is a tool called 'skill_use'")));
}

TEST(AgentNames, OfAPromptAreItsInputs) {
  std::string inputs = "inputs: {type: object, properties: {service: {type: string}}}\n";
  EXPECT_THAT(errors_of(inputs + "system_prompt: 'See {{inputs.servise}}.'\n"),
              ElementsAre(AllOf(StartsWith("a.yaml:3:21: error: "), HasSubstr("did you mean 'inputs.service'?"))));
  EXPECT_THAT(errors_of(inputs + "system_prompt: 'See {{Query}}.'\n"), ElementsAre(HasSubstr("named 'Query'")));
  EXPECT_THAT(errors_of(inputs + "system_prompt: 'See {{inputs.service.'\n"), ElementsAre(HasSubstr("no closing }}")));
  EXPECT_THAT(errors_of(inputs + "system_prompt: 'See {{.inputs.service}}'\n"), IsEmpty());
}

TEST(AgentNames, OfAPromptStandWhereTheyAreWritten) {
  EXPECT_THAT(errors_of("inputs: {type: object}\nsystem_prompt: |\n  One.\n\n  Two {{ nope }}.\n"),
              ElementsAre(StartsWith("a.yaml:6:7: error: ")));
}

TEST(AgentNames, OfAPromptFileStandInThatFile) {
  const executus::testing::TemporaryFolder folder;
  std::ofstream(folder / "p.md") << "One.\nTwo {{nope}}.\n";

  auto said = said_of("name: a\nsystem_prompt_file: p.md\n", (folder / "a.yaml").string());

  EXPECT_THAT(said.errors, ElementsAre(StartsWith((folder / "p.md").string() + ":2:5: error: ")));
}

TEST(AgentNames, OfInputsThatNothingDeclaresAreWarnedOf) {
  EXPECT_THAT(warnings_of("system_prompt: 'Hi {{inputs.who}}'\n"),
              ElementsAre(HasSubstr("'{{inputs.who}}' has to be given with each run")));
  EXPECT_THAT(warnings_of("inputs: {type: object, additionalProperties: true}\nsystem_prompt: 'Hi {{inputs.who}}'\n"),
              IsEmpty());
}

TEST(AgentNames, OfAPhasesPromptAreTheQueryTheInputsAndEarlierPhases) {
  auto phases = [](const std::string& first, const std::string& second) {
    return "inputs: {type: object, properties: {x: {type: string}}}\nphases:\n  - {name: plan, system_prompt: \"" +
           first + "\"}\n  - {name: answer, system_prompt: \"" + second + "\"}\n";
  };
  EXPECT_THAT(errors_of(phases("{{Query}} {{inputs.x}}", "{{plan}} {{inputs.x}} {{Query}}")), IsEmpty());
  EXPECT_THAT(errors_of(phases("{{Query}}", "From {{paln}}")),
              ElementsAre(AllOf(StartsWith("a.yaml:5:41: error: "), HasSubstr("did you mean 'plan'?"))));
  EXPECT_THAT(errors_of(phases("{{Query}}", "{{inputs.y}}")), ElementsAre(HasSubstr("did you mean 'inputs.x'?")));
  EXPECT_THAT(errors_of(phases("{{answer}}", "{{answer}}")),
              ElementsAre(HasSubstr("phase 'answer' does not come before"), HasSubstr("does not come before")));
}

TEST(AgentNames, OfKeysWithAWrongLetterAreToldWithTheirNearKey) {
  for (std::string key :
       {"name",          "description",   "model",          "system_prompt",        "system_prompt_file",
        "inputs",        "root",          "max_iterations", "max_runtime",          "tools",
        "http_tools",    "command_tools", "on_in_doubt",    "on_model_unavailable", "durability",
        "durable_after", "phases",        "output",         "permissions",          "agents",
        "skills",        "critic",        "extends"}) {
    auto swapped = key, dropped = key, replaced = key;
    std::swap(swapped[0], swapped[1]);
    dropped.erase(2, 1);
    replaced[2] = 'q';
    for (const auto& slip : {swapped, dropped, replaced, key + "x"})
      EXPECT_THAT(errors_of(slip + ": 1\n"),
                  Contains(AllOf(HasSubstr("unknown key '" + slip + "'"), HasSubstr("did you mean '" + key + "'"))));
  }
}

TEST(AgentNames, OfPhasesThatHideAnotherAreWarnedOf) {  // [PH-04] [PH-20] [DUR-12]
  EXPECT_THAT(warnings_of("phases: [{name: a}, {name: a}]\n"), ElementsAre(HasSubstr("two phases are called 'a'")));
  EXPECT_THAT(warnings_of("phases: [{name: Query}]\n"), ElementsAre(HasSubstr("hides the run's input")));
  EXPECT_THAT(warnings_of("phases: [{name: p, optional: true, on_error: {use: \"{{x}}\"}}]\n"),
              ElementsAre(HasSubstr("taken as it stands")));
}

TEST(AgentInputs, OfPhasesAreCheckedWithWhatIsGiven) {
  KnownNames known;
  Diagnostics said;
  auto file =
      parse_agent_file("name: a\nphases: [{name: p, system_prompt: 'Hi {{inputs.who}}'}]\n", "a.yaml", known, said);
  ASSERT_TRUE(file);

  EXPECT_THAT(apply_inputs(*file, {{"hwo", "x"}}).error().message(),
              AllOf(HasSubstr("no input is named 'who'"), HasSubstr("did you mean 'hwo'?")));
  EXPECT_TRUE(apply_inputs(*file, {{"who", "x"}}).ok());
}

}  // namespace
}  // namespace executus
