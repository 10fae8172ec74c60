// Keys that are legal and that nothing reads where they stand: `agents validate` says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/agent_file/agent_file.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> no_effect_in(const std::string& more) {
  KnownNames known{{"grep", "now"}, {"kid"}};
  Diagnostics said;
  (void)parse_agent_file("name: a\n" + more, "a.yaml", known, said);
  EXPECT_THAT(said.errors, IsEmpty()) << more;
  return said.warnings;
}

std::string phase(const std::string& keys) { return "tools: [grep]\nphases: [{name: p, " + keys + "}]\n"; }

std::vector<std::string> warnings_for_phases(const std::string& phases) {
  return no_effect_in("tools: [now, \"gr*\"]\nagents: [kid]\nphases: [" + phases + "]\n");
}

TEST(AgentEffects, OfAFallbackNeedAPhaseThatMayFail) {  // [PH-06]
  EXPECT_THAT(no_effect_in(phase("on_error: {use: x}")),
              ElementsAre(AllOf(HasSubstr("a.yaml:3:30: warning: "), HasSubstr("'optional: true' only"))));
  EXPECT_THAT(no_effect_in(phase("optional: false, on_error: {use: x}")), ElementsAre(HasSubstr("'on_error'")));
  EXPECT_THAT(no_effect_in(phase("optional: true, on_error: {use: x}")), IsEmpty());
}

TEST(AgentEffects, OfToolsAndStepsNeedALoop) {  // [PH-11]
  EXPECT_THAT(no_effect_in(phase("kind: prompt, tools: [grep], max_iterations: 4")),
              ElementsAre(HasSubstr("no phase gets it"), HasSubstr("'tools' has no effect"),
                          HasSubstr("'max_iterations' has no effect")));
  EXPECT_THAT(no_effect_in("phases: [{name: p, kind: prompt, tools: [], max_iterations: 1}]\n"), IsEmpty());
  EXPECT_THAT(no_effect_in(phase("kind: loop, tools: [grep], max_iterations: 4")), IsEmpty());
}

TEST(AgentEffects, OfAToolNeedAPhaseThatGetsIt) {  // [PH-15]
  EXPECT_THAT(warnings_for_phases("{name: p, tools: [now]}, {name: q, kind: prompt}"),
              ElementsAre(AllOf(HasSubstr("a.yaml:2:14: warning: 'gr*' has no effect: no phase gets it")),
                          HasSubstr("a.yaml:3:10: warning: 'kid' has no effect")));
  EXPECT_THAT(warnings_for_phases("{name: p, tools: [now, grep, agent__kid]}"), IsEmpty());
  EXPECT_THAT(warnings_for_phases("{name: p, tools: [now]}, {name: q}"), IsEmpty()) << "q gets all of them";
}

TEST(AgentEffects, OfAPromptNeedAnAgentWithoutPhases) {  // [PH-01]
  EXPECT_THAT(no_effect_in("system_prompt: hi\n" + phase("kind: loop")),
              ElementsAre(AllOf(HasSubstr("a.yaml:2:16: warning: "), HasSubstr("an agent with phases uses theirs"))));
}

TEST(AgentEffects, OfAQuestionNeedACallThatIsNotDenied) {
  EXPECT_THAT(no_effect_in("tools: [grep, now]\npermissions: {ask: [now, grep], deny: [\"g*\"]}\n"),
              ElementsAre(AllOf(HasSubstr("a.yaml:3:26: warning: 'grep' has no effect"))));
  EXPECT_THAT(no_effect_in("tools: [grep, now]\npermissions: {ask: [\"*\"], deny: [grep]}\n"), IsEmpty());
}

TEST(AgentEffects, OfAQuestionNeedARunThatIsKept) {
  EXPECT_THAT(no_effect_in("tools: [grep]\ndurability: memory\npermissions: {ask: [grep]}\n"),
              ElementsAre(HasSubstr("nothing keeps it for the answer")));
}

TEST(AgentEffects, OfAnAgeToBeStoredAtNeedLazyRuns) {  // [HOST-01]
  EXPECT_THAT(no_effect_in("durable_after: 2s\n"), ElementsAre(HasSubstr("'durability: lazy'")));
  EXPECT_THAT(no_effect_in("durable_after: 2s\ndurability: lazy\n"), IsEmpty());
}

TEST(AgentEffects, OfSettlingNeedAProbe) {  // [DUR-05]
  auto tool = [](const std::string& keys) {
    return "http_tools: [{name: t, description: d, url: http://h/, " + keys + "}]\n";
  };
  EXPECT_THAT(no_effect_in(tool("effect: keyed, settle: 3s")), ElementsAre(HasSubstr("'settle'")));
  EXPECT_THAT(
      no_effect_in(tool("effect: probeable, settle: 3s, probe: {url: 'http://h/{idempotency_key}'}, parallel: false")),
      IsEmpty());
}

TEST(AgentEffects, OfTakingTurnsNeedMoreThanAPureTool) {
  auto tool = [](const std::string& keys) {
    return "command_tools: [{name: t, description: d, command: [x], " + keys + "}]\n";
  };
  EXPECT_THAT(no_effect_in(tool("effect: pure, parallel: false")), ElementsAre(HasSubstr("side by side all the same")));
  EXPECT_THAT(no_effect_in(tool("effect: idempotent, parallel: false")), IsEmpty());
}

TEST(AgentEffects, OfABackstopNeedACritic) {
  EXPECT_THAT(no_effect_in("critic: {enabled: false, backstop_multiplier: 3}\n"),
              ElementsAre(HasSubstr("while the critic is not enabled")));
  EXPECT_THAT(no_effect_in("critic: {backstop_multiplier: 3}\n"), IsEmpty());
}

TEST(AgentEffects, OfADiscriminatorThereAreNone) {
  EXPECT_THAT(no_effect_in("inputs: {type: object, discriminator: {propertyName: kind}, properties: {kind: {}}}\n"),
              ElementsAre(HasSubstr("'discriminator' is not checked")));
  EXPECT_THAT(no_effect_in("inputs: {properties: {a: {nullable: true, example: x, xml: {}, externalDocs: {}}}}\n"),
              IsEmpty())
      << "checked, or said of no value";
}

}  // namespace
}  // namespace executus
