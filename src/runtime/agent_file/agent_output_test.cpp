#include <boost/json.hpp>

#include "runtime/agent_file/agent_checks_test.hpp"

namespace executus {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kOutput = "output:\n  type: object\n  properties: {safe: {type: boolean}}\n  required: [safe]\n";

struct AgentOutput : AgentChecks {};

TEST_F(AgentOutput, IsTheFormOfTheAnswer) {  // [API-08]
  write("judge.yaml", std::string("name: judge\n") + kOutput);
  auto loaded = runtime_.load_agent((folder_.path() / "judge.yaml").string());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ(loaded->agent.output.at("required"), boost::json::array{"safe"});
}

TEST_F(AgentOutput, MayBeNoObject) {  // [API-08]
  EXPECT_THAT(errors("output: {type: array, items: {type: string}}\n"), IsEmpty());
}

TEST_F(AgentOutput, IsAJsonSchema) {  // [API-08]
  EXPECT_THAT(errors("output: {type: strnig}\n"), ElementsAre(HasSubstr("probe.yaml:2:9: error: 'output': ")));
  EXPECT_THAT(errors("output: {}\n"), ElementsAre(HasSubstr("'output' is empty")));
  EXPECT_THAT(warnings("output: {type: string, minItems: 2}\n"),
              ElementsAre(AllOf(HasSubstr("probe.yaml:2:34: warning: "), HasSubstr("'minItems' has no effect"))));
}

TEST_F(AgentOutput, LeavesNoRoomForAnotherToolCalledSubmit) {  // [API-08]
  EXPECT_THAT(
      errors(std::string(kOutput) + "command_tools: [{name: submit, description: d, command: [x], effect: pure}]\n"),
      ElementsAre(AllOf(HasSubstr("probe.yaml:3:3: error: "), HasSubstr("called 'submit'"))));
}

TEST_F(AgentOutput, IsWhatStandsInForTheLastPhaseToo) {  // [API-08]
  auto with = [](const std::string& last) {
    return std::string(kOutput) +
           "phases:\n  - {name: plan, optional: true, on_error: {use: none}}\n  - {name: judge, " + last + "}\n";
  };
  EXPECT_THAT(errors(with("optional: true, on_error: {use: none}")),
              ElementsAre(AllOf(HasSubstr("probe.yaml:8:"), HasSubstr("does not fit 'output'"))));
  EXPECT_THAT(warnings(with("optional: true")), ElementsAre(HasSubstr("when this phase fails, the run does too")));
  EXPECT_THAT(warnings(with("optional: true, on_error: {use: '{\"safe\": false}'}")), IsEmpty());
}

TEST_F(AgentOutput, IsWhatStandsInForEachPhaseThatMayEndTheRun) {  // [API-08] [WFL-03]
  auto with = [](const std::string& middle) {
    return std::string(kOutput) +
           "phases:\n  - {name: route, kind: branch, cases: [{when: {value: '{{Query}}', equals: x}, next: last}]}\n"
           "  - {name: middle, next: end, optional: true" +
           middle + "}\n  - {name: last}\n";
  };
  EXPECT_THAT(errors(with(", on_error: {use: none}")),
              ElementsAre(AllOf(HasSubstr("probe.yaml:8:"), HasSubstr("the run's answer"))));
  EXPECT_THAT(warnings(with("")), ElementsAre(AllOf(HasSubstr("probe.yaml:8:"), HasSubstr("the run does too"))));
  EXPECT_THAT(warnings(with(", on_error: {use: '{\"safe\": true}'}")), IsEmpty());
}

TEST_F(AgentOutput, OfAPhaseIsWhatStandsInForItToo) {  // [WFL-03]
  auto with = [](const std::string& keys) {
    return "phases:\n  - {name: plan, output: {type: object}, optional: true" + keys + "}\n  - {name: judge}\n";
  };
  EXPECT_THAT(errors(with(", on_error: {use: none}")),
              ElementsAre(AllOf(HasSubstr("probe.yaml:3:"), HasSubstr("the phase's answer"))));
  EXPECT_THAT(warnings(with("")), ElementsAre(HasSubstr("the run does too")));
  EXPECT_THAT(warnings(with(", on_error: {use: '{}'}")), IsEmpty());
}

}  // namespace
}  // namespace executus
