#include "llm/anthropic/thinking.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

Request with_effort_of(std::string effort) {
  Request request;
  request.effort = std::move(effort);
  return request;
}

Request forcing(std::string effort) {
  auto request = with_effort_of(std::move(effort));
  request.tools = ToolSpecs({ToolSpec{"grep", "", {}}});
  request.tool_choice.kind = ToolChoice::Kind::required;
  return request;
}

ThinkingPlan plan(std::string_view model, const Request& request) { return thinking_plan(request, traits_of(model)); }

json::object budget(int tokens) { return {{"type", "enabled"}, {"budget_tokens", tokens}}; }
json::object of_type(std::string_view type) { return {{"type", type}}; }
json::object bound() {
  return {{"type", "adaptive"}, {"block_binding", json::object{{"prefix_mismatch_behavior", "drop_block"}}}};
}

TEST(ThinkingPlan, WithoutAnEffortIsTheModelsOwn) {
  for (std::string_view model : {"claude-haiku-4-5", "claude-opus-4-8", "claude-sonnet-5", "claude-fable-5"}) {
    auto planned = plan(model, {});
    EXPECT_TRUE(planned.thinking.empty()) << model;
    EXPECT_EQ(planned.effort, "") << model;
    EXPECT_EQ(planned.max_tokens, 32'000) << model;
  }
}

TEST(ThinkingPlan, OfOldModelsIsABudgetBesideTheAnswer) {
  auto planned = plan("claude-haiku-4-5", with_effort_of("high"));

  EXPECT_EQ(planned.thinking, budget(20'000));
  EXPECT_EQ(planned.max_tokens, 52'000);
  EXPECT_EQ(planned.effort, "");  // these models refuse it
  EXPECT_EQ(planned.temperature, Traits::Temperature::refused);
}

TEST(ThinkingPlan, BudgetIsSmallerThanMaxTokens) {
  auto request = with_effort_of("max");

  EXPECT_EQ(plan("claude-opus-4-1", request).thinking, budget(16'000));
  request.max_output_tokens = 6'000;
  EXPECT_EQ(plan("claude-haiku-4-5", request).thinking, budget(3'000));
  EXPECT_EQ(plan("claude-haiku-4-5", request).max_tokens, 6'000);
  request.max_output_tokens = 2'000;  // leaves no room for the smallest budget
  EXPECT_TRUE(plan("claude-haiku-4-5", request).thinking.empty());
}

TEST(ThinkingPlan, OfOpus45IsABudgetAndAnEffort) {
  auto planned = plan("claude-opus-4-5", with_effort_of("xhigh"));

  EXPECT_EQ(planned.thinking, budget(32'000));
  EXPECT_EQ(planned.effort, "high");
}

TEST(ThinkingPlan, OfNewerModelsIsAnEffort) {
  EXPECT_EQ(plan("claude-opus-4-8", with_effort_of("xhigh")).thinking, of_type("adaptive"));
  EXPECT_EQ(plan("claude-opus-4-8", with_effort_of("xhigh")).effort, "xhigh");
  EXPECT_EQ(plan("claude-opus-4-6", with_effort_of("xhigh")).effort, "high");
  EXPECT_EQ(plan("claude-opus-4-6", with_effort_of("max")).effort, "max");
  EXPECT_EQ(plan("claude-sonnet-5", with_effort_of("minimal")).effort, "low");
  EXPECT_EQ(plan("claude-sonnet-5", with_effort_of("medium")).max_tokens, 32'000);
}

TEST(ThinkingPlan, OfAnEffortNobodyKnowsIsLeftToTheApi) {
  EXPECT_EQ(plan("claude-opus-5", with_effort_of("extreme")).effort, "extreme");
}

TEST(ThinkingPlan, TurnsThinkingOffWhereThatCanBe) {
  auto none = with_effort_of("none");

  EXPECT_TRUE(plan("claude-haiku-4-5", none).thinking.empty());
  EXPECT_TRUE(plan("claude-opus-4-8", none).thinking.empty());
  EXPECT_EQ(plan("claude-opus-5", none).thinking, of_type("disabled"));
  EXPECT_EQ(plan("claude-opus-5", none).effort, "");
  EXPECT_EQ(plan("claude-fable-5", none).effort, "low");
  EXPECT_EQ(plan("claude-opus-5-5", none).effort, "low");
}

TEST(ThinkingPlan, OfModelsThatBindTheirThinkingLetsItBeDropped) {  // [LLM-01]
  for (std::string effort : {"", "high", "none"})
    for (std::string_view model : {"claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-fable-5-1"})
      EXPECT_EQ(plan(model, with_effort_of(effort)).thinking, bound()) << model << effort;
}

TEST(ThinkingPlan, GoesWithoutThinkingWhenAToolIsForced) {
  EXPECT_TRUE(plan("claude-haiku-4-5", forcing("high")).thinking.empty());
  EXPECT_TRUE(plan("claude-opus-4-8", forcing("high")).thinking.empty());
  EXPECT_EQ(plan("claude-opus-5", forcing("max")).thinking, of_type("disabled"));
  EXPECT_EQ(plan("claude-opus-5", forcing("max")).effort, "high");  // with max it could not be turned off
  EXPECT_EQ(plan("claude-opus-5", forcing("")).thinking, of_type("disabled"));
}

TEST(ThinkingPlan, CutsMaxTokensToWhatTheModelHas) {
  Request request;
  request.max_output_tokens = 1'000'000;

  EXPECT_EQ(plan("claude-haiku-4-5", request).max_tokens, 64'000);
  EXPECT_EQ(plan("claude-opus-5-5", request).max_tokens, 128'000);
  EXPECT_EQ(thinking_plan(request, compatible_traits_of("qwen3")).max_tokens, 1'000'000);
}

}  // namespace
}  // namespace executus::llm::anthropic
