#include "llm/anthropic/traits.hpp"

#include <gtest/gtest.h>

namespace executus::llm::anthropic {
namespace {

using Thinking = Traits::Thinking;

TEST(AnthropicTraits, HoldForAFamilysDatedModels) {  // [MOD-12]
  auto context = [](std::string_view model) { return traits_of(model).context_tokens; };

  EXPECT_EQ(context("claude-haiku-4-5"), 200'000);
  EXPECT_EQ(context("claude-haiku-4-5-20251001"), 200'000);
  EXPECT_EQ(context("claude-sonnet-4-20250514"), 200'000);
  EXPECT_EQ(context("claude-opus-4-0"), 200'000);
  EXPECT_EQ(context("claude-opus-4-6"), 1'000'000);
  EXPECT_EQ(context("claude-opus-5-5"), 1'000'000);
  EXPECT_EQ(context("claude-haiku-5-5"), 1'000'000);
}

TEST(AnthropicTraits, TellVersionsApart) {
  EXPECT_EQ(traits_of("claude-opus-4-1").thinking, Thinking::budget);
  EXPECT_EQ(traits_of("claude-opus-4-8").thinking, Thinking::on_request);
  EXPECT_EQ(traits_of("claude-opus-5").thinking, Thinking::by_default);
  EXPECT_EQ(traits_of("claude-opus-5-5").thinking, Thinking::always);
  EXPECT_EQ(traits_of("claude-fable-5").forced_tools, Traits::ForcedTools::taken);
  EXPECT_EQ(traits_of("claude-fable-5-1").forced_tools, Traits::ForcedTools::refused);
  EXPECT_EQ(traits_of("claude-mythos-5-1").history, Traits::History::free);
}

TEST(AnthropicTraits, OfAModelNobodyKnowsAreTheNewest) {
  for (std::string_view model : {"claude-opus-5-7", "claude-opus-6", "claude-epic-1", "something"}) {
    EXPECT_EQ(traits_of(model).thinking, Thinking::always) << model;
    EXPECT_EQ(traits_of(model).history, Traits::History::bound) << model;
  }
}

TEST(AnthropicTraits, BehindAnotherServerAreKnownByAnyOfAModelsNames) {
  for (std::string_view model : {"claude-opus-4-5", "anthropic/claude-opus-4.5", "claude-opus-4-5@20251101",
                                 "us.anthropic.claude-opus-4-5-20251101-v1:0"}) {
    auto traits = compatible_traits_of(model);
    EXPECT_EQ(traits.efforts, Traits::Efforts::up_to_high) << model;
    EXPECT_EQ(traits.schemas, Traits::Schemas::refused) << model;
  }
  EXPECT_EQ(compatible_traits_of("claude-opus-5-5").history, Traits::History::free);
}

TEST(AnthropicTraits, BehindAnotherServerAreOldOnesForModelsNobodyKnows) {
  auto traits = compatible_traits_of("qwen3-coder");

  EXPECT_EQ(traits.thinking, Thinking::budget);
  EXPECT_EQ(traits.efforts, Traits::Efforts::none);
  EXPECT_EQ(traits.temperature, Traits::Temperature::taken);
  EXPECT_EQ(traits.context_tokens, 0);
  EXPECT_EQ(traits.default_output_tokens, 8'192);
}

}  // namespace
}  // namespace executus::llm::anthropic
