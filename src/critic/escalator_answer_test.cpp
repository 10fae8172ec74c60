#include "critic/escalator_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "critic/escalator_prompt.hpp"

namespace executus::critic {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;
using ::testing::Not;

const DecisionBounds bounds{minutes(5), 20};

CriticDecision decided(std::string_view json) { return decide(read_answer(json).value().as_object(), bounds); }

TEST(DecisionSchema, IsASchema) {  // [CRB-09]
  EXPECT_FALSE(check_schema(parse_json(decision_schema_text()).value()));
}

TEST(ReadAnswer, TakesJsonAloneOrInAFence) {  // [CRB-09]
  for (const char* text :
       {R"({"action":"wait","reason":"r"})", "  {\"action\":\"wait\",\"reason\":\"r\"}\n",
        "```json\n{\"action\":\"wait\",\"reason\":\"r\"}\n```", "```\n{\"action\":\"wait\",\"reason\":\"r\"}```\n"})
    EXPECT_TRUE(read_answer(text).ok()) << text;
}

TEST(ReadAnswer, RefusesEverythingElse) {  // [CRB-09]
  for (const char* text : {"",
                           "wait",
                           "```",
                           "```json\n```",
                           "Sure! {\"action\":\"wait\",\"reason\":\"r\"}",
                           "[]",
                           "null",
                           "\"kill\"",
                           R"({"action":"kill"})",
                           R"({"action":"kill","reason":""})",
                           R"({"action":"explode","reason":"r"})",
                           R"({"reason":"r"})",
                           R"({"action":"nudge","reason":"r"})",
                           R"({"action":"nudge","message":"","reason":"r"})",
                           R"({"action":"extend","reason":"r"})",
                           R"({"action":"extend","minutes":0,"reason":"r"})",
                           R"({"action":"extend","minutes":-3,"reason":"r"})",
                           R"({"action":"extend","minutes":"3","reason":"r"})",
                           R"({"action":"raise_steps","steps":0,"reason":"r"})",
                           R"({"action":"raise_steps","steps":1.5,"reason":"r"})",
                           R"({"action":"wait","reason":"r","sudo":true})"}) {
    auto answer = read_answer(text);
    ASSERT_FALSE(answer.ok()) << text;
    EXPECT_EQ(answer.error().code(), "critic.answer");
  }
}

TEST(Decide, FollowsTheAction) {  // [CRB-03] [CRB-09]
  EXPECT_EQ(decided(R"({"action":"nudge","message":"stop grepping","reason":"r"})").nudge, "stop grepping");
  EXPECT_EQ(decided(R"({"action":"extend","minutes":2.5,"reason":"r"})").extend_by, Milliseconds(150'000));
  EXPECT_EQ(decided(R"({"action":"raise_steps","steps":3,"reason":"r"})").raise_steps_by, 3);
  CriticDecision kill = decided(R"({"action":"kill","reason":"in circles"})");
  EXPECT_TRUE(kill.kill);
  EXPECT_EQ(kill.reason, "in circles");
  EXPECT_EQ(decided(R"({"action":"extend","minutes":1,"message":"hurry","reason":"r"})").nudge, "hurry");
}

TEST(Decide, TakesNothingThatIsNotOfTheAction) {  // [CRB-09]
  CriticDecision wait = decided(R"({"action":"wait","message":"m","minutes":3,"steps":9,"reason":"r"})");
  EXPECT_EQ(wait.nudge, "");
  EXPECT_EQ(wait.extend_by.count(), 0);
  EXPECT_EQ(wait.raise_steps_by, 0);
  EXPECT_FALSE(wait.kill);
}

TEST(Decide, CutsFiguresToTheBounds) {  // [CRB-08] [CRB-09]
  for (const char* minutes_asked : {"6", "1e300", "18446744073709551615"}) {
    std::string json = std::string(R"({"action":"extend","reason":"r","minutes":)") + minutes_asked + "}";
    EXPECT_EQ(decided(json).extend_by, minutes(5)) << json;
  }
  for (const char* steps : {"21", "1e300", "18446744073709551615"}) {
    std::string json = std::string(R"({"action":"raise_steps","reason":"r","steps":)") + steps + "}";
    EXPECT_EQ(decided(json).raise_steps_by, 20) << json;
  }
  EXPECT_EQ(decided(R"({"action":"nudge","reason":"r","message":")" + std::string(9000, 'x') + "\"}").nudge.size(),
            2000u);
}

TEST(EscalatorPrompt, TellsTheModelActionsAndSchema) {  // [CRB-09]
  const std::string prompt = escalator_instructions();
  for (const char* action : {"wait", "nudge", "extend", "raise_steps", "kill"})
    EXPECT_THAT(prompt, HasSubstr(std::string("- ") + action + ": "));
  EXPECT_THAT(prompt, HasSubstr(decision_schema_text()));
}

TEST(EscalatorPrompt, DescribesTheSituation) {  // [CRB-09]
  Situation situation;
  situation.info.name = "builder";
  situation.info.max_iterations = 10;
  situation.info.inputs = {{"token", "hunter2"}};
  situation.soft = minutes(5);
  situation.idle = minutes(5) + Milliseconds(17);
  situation.elapsed = minutes(8);
  situation.limit = minutes(20);
  situation.steps = 4;
  situation.recent = {{Sign::Kind::tool, "run_tests", minutes(5)}};
  situation.so_far.extensions = 1;
  situation.so_far.extended = minutes(5);
  situation.so_far.steps_raised = 2;
  situation.asked = 1;

  const std::string question = escalator_question(situation);

  EXPECT_EQ(
      parse_json(question).value(),
      parse_json(R"({"agent":"builder","idle_for":"5m","silent_time_allowed":"5m","elapsed":"8m","time_limit":"20m",
                           "steps_taken":4,"steps_allowed":12,"extensions_so_far":1,"extended_by_so_far":"5m",
                           "asked_before":1,"recent":[{"ago":"5m","what":"run_tests"}]})")
          .value());
  EXPECT_THAT(question, Not(HasSubstr("hunter2"))) << "a run's inputs are not the critic's business";
}

}  // namespace
}  // namespace executus::critic
