// Phases that map: what an agent file may say of them, and what is wrong in it.
#include "runtime/agent_file/agent_checks_test.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct AgentWorkflow : AgentChecks {
  // A plan with a list of {name}, and a map over it with these keys.
  static std::string mapped(const std::string& keys) {
    return "agents: [kid]\n"
           "phases:\n"
           "  - name: plan\n"
           "    kind: prompt\n"
           "    output: {type: object, properties: {items: {type: array, items: {type: object, properties: {name: "
           "{type: string}}}}, n: {type: integer}}}\n"
           "  - {name: each, kind: map, " +
           keys + "}\n";
  }
};

TEST_F(AgentWorkflow, MapsOverAListOfATypedAnswer) {  // [WFL-01] [WFL-03]
  auto good = mapped(
      "over: '{{plan.items}}', agent: kid, prompt: '{{index}}: {{item.name}} {{Query}}', concurrency: 3, on_failure: "
      "stop");
  EXPECT_THAT(warnings(good), IsEmpty());
  auto loaded = runtime_.load_agent((folder_.path() / "probe.yaml").string());
  ASSERT_TRUE(loaded.ok());
  const auto& map = loaded->agent.phases.at(1).map;
  EXPECT_EQ(loaded->agent.phases[1].kind, Phase::Kind::map);
  EXPECT_EQ(map,
            (MapItems{"{{plan.items}}", "kid", "{{index}}: {{item.name}} {{Query}}", 3, MapItems::OnFailure::stop}));
}

TEST_F(AgentWorkflow, MapsOverAnInput) {  // [WFL-01]
  EXPECT_THAT(warnings("agents: [kid]\ninputs: {type: object, properties: {files: {type: array}}}\nphases:\n"
                       "  - {name: each, kind: map, over: '{{inputs.files}}', agent: kid}\n"),
              IsEmpty());
}

TEST_F(AgentWorkflow, RefusesAListThatIsNone) {  // [WFL-03]
  auto of = [&](const std::string& over) { return errors(mapped("over: '" + over + "', agent: kid")); };
  EXPECT_THAT(of("{{plan.n}}"), ElementsAre(AllOf(HasSubstr("probe.yaml:7:"), HasSubstr("'{{plan.n}}' is no list"))));
  EXPECT_THAT(of("{{plan.itmes}}"), Contains(HasSubstr("'plan' has no such member")));
  EXPECT_THAT(of("plan.items"), ElementsAre(HasSubstr("names one list")));
  EXPECT_THAT(of("{{plan.items}} and more"), ElementsAre(HasSubstr("names one list")));
  EXPECT_THAT(of("{{Query}}"), ElementsAre(HasSubstr("no phase before this one is called 'Query'")));
  EXPECT_THAT(of("{{each}}"), Contains(HasSubstr("phase 'each' does not come before this prompt")));
  EXPECT_THAT(
      errors("agents: [kid]\nphases:\n  - {name: plan}\n  - {name: e, kind: map, over: '{{plan}}', agent: kid}\n"),
      ElementsAre(AllOf(HasSubstr("probe.yaml:5:32: error: "), HasSubstr("answers with text"))));
}

TEST_F(AgentWorkflow, RefusesAnAgentThatItMayNotDelegateTo) {  // [WFL-03]
  EXPECT_THAT(errors(mapped("over: '{{plan.items}}', agent: kdi")),
              ElementsAre(AllOf(HasSubstr("probe.yaml:7:"), HasSubstr("none of the agents"),
                                HasSubstr("did you mean 'kid'?"))));
  EXPECT_THAT(errors(mapped("over: '{{plan.items}}'")), ElementsAre(HasSubstr("'agent'")));
}

TEST_F(AgentWorkflow, RefusesNamesInAnItemsPromptThatNothingFills) {  // [WFL-03]
  auto of = [&](const std::string& prompt) {
    return errors(mapped("over: '{{plan.items}}', agent: kid, prompt: \"" + prompt + "\""));
  };
  EXPECT_THAT(of("{{item.nmae}}"), Contains(HasSubstr("'{{item.nmae}}'")));
  EXPECT_THAT(of("{{itm}}"), ElementsAre(AllOf(HasSubstr("probe.yaml:7:"), HasSubstr("did you mean 'item'?"))));
  EXPECT_THAT(of("{name} of {{'{{'}}plan}} and {{item.name}}"), IsEmpty()) << "other braces are text";
}

TEST_F(AgentWorkflow, TheRunsOwnAnswerIsNoMapsWhenItIsAValue) {  // [WFL-03]
  EXPECT_THAT(errors("output: {type: array}\n" + mapped("over: '{{plan.items}}', agent: kid")),
              ElementsAre(HasSubstr("add a phase after this one")));
  EXPECT_THAT(errors("output: {type: object}\nphases: [{name: p, output: {type: object}}]\n"),
              ElementsAre(HasSubstr("the agent's own 'output'")));
}

TEST_F(AgentWorkflow, KnowsTheMembersOfTypedAnswersInLaterPrompts) {  // [WFL-03]
  std::string plan = "phases:\n  - {name: plan, output: {type: object, properties: {kind: {type: string}}}}\n";
  EXPECT_THAT(warnings(plan + "  - {name: tell, system_prompt: 'A {{plan.kind}} by {{plan}}'}\n"), IsEmpty());
  EXPECT_THAT(errors(plan + "  - {name: tell, system_prompt: 'A {{plan.knid}}'}\n"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:4:36: error: "), HasSubstr("'plan' has no such member"))));
}

TEST_F(AgentWorkflow, ATypedPhaseLeavesNoRoomForAnotherToolCalledSubmit) {  // [WFL-03]
  EXPECT_THAT(errors("command_tools: [{name: submit, description: d, command: [x], effect: pure}]\n"
                     "phases: [{name: p, output: {type: object}}, {name: q}]\n"),
              ElementsAre(HasSubstr("called 'submit'")));
}

struct AgentRoutes : AgentChecks {
  // A triage, a branch with these keys, and two phases that it may lead to.
  static std::string routed(const std::string& keys) {
    return "phases:\n"
           "  - {name: triage, kind: prompt, output: {type: object, properties: {kind: {enum: [bug, wish]}}}}\n"
           "  - {name: route, kind: branch, " +
           keys +
           "}\n"
           "  - {name: wish, next: end}\n"
           "  - {name: bug}\n";
  }
};

TEST_F(AgentRoutes, BranchAndRepeat) {  // [WFL-02] [WFL-03]
  EXPECT_THAT(warnings(routed("cases: [{when: {value: '{{triage.kind}}', equals: bug}, next: bug}]")), IsEmpty());
  EXPECT_THAT(
      warnings("phases:\n"
               "  - {name: draft, system_prompt: 'Round {{round}}. {{review.note}}'}\n"
               "  - {name: review, output: {type: object, properties: {good: {type: boolean}}}}\n"
               "  - {name: polish, kind: repeat, from: draft, most: 3, until: [{value: '{{review.good}}', equals: "
               "true}, {value: '{{round}}', above: 1}]}\n"),
      IsEmpty());
  auto loaded = runtime_.load_agent((folder_.path() / "probe.yaml").string());
  ASSERT_TRUE(loaded.ok());
  const auto& repeat = loaded->agent.phases.at(2).repeat;
  EXPECT_EQ(
      repeat,
      (Repeat{
          "draft", {{"{{review.good}}", Condition::Test::equals, true}, {"{{round}}", Condition::Test::above, 1}}, 3}));
}

TEST_F(AgentRoutes, SayWhatIsWrongAndWhere) {  // [WFL-03]
  auto of = [&](const std::string& keys) { return errors(routed(keys)); };
  EXPECT_THAT(of("cases: [{when: {value: '{{triage.kind}}', equals: bgu}, next: bug}]"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:4:"), HasSubstr("is never \"bgu\""))));
  EXPECT_THAT(of("cases: [{when: {value: '{{triage.knid}}', equals: bug}, next: bug}]"),
              ElementsAre(HasSubstr("'triage' has no such member")));
  EXPECT_THAT(of("cases: [{when: {value: '{{triage.kind}}', equals: bug}, next: bgu}]"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:4:"), HasSubstr("did you mean 'bug'?"))));
  EXPECT_THAT(of("cases: [{when: {value: '{{triage.kind}}', equals: bug}, next: triage}]"),
              ElementsAre(HasSubstr("no phase after this one is called 'triage'")));
  EXPECT_THAT(of("cases: [{when: {value: '{{triage.kind}}', equals: bug, above: 2}, next: bug}]"),
              ElementsAre(HasSubstr("a condition has one of")));
  EXPECT_THAT(of("next: bug"), ElementsAre(HasSubstr("a branch needs cases")));
  EXPECT_THAT(of("cases: [{when: {value: '{{triage.kind}}', equals: bug}, next: end}]"),
              ElementsAre(HasSubstr("phase 'bug' is never reached")));
  EXPECT_THAT(of("optional: true, cases: []"), ::testing::Contains(HasSubstr("unknown key 'optional'")));
  EXPECT_THAT(errors("phases: [{name: a}, {name: r, kind: repeat, from: a, until: {value: '{{a}}', equals: x}}]\n"),
              ElementsAre(HasSubstr("'most' has to be given")));
}

}  // namespace
}  // namespace executus
