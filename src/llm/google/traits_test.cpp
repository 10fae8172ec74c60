#include "llm/google/traits.hpp"

#include <gtest/gtest.h>

namespace executus::llm::google {
namespace {

TEST(GoogleTraits, FollowTheFamilyWithTheLongestName) {  // [LLM-08] [MOD-12]
  EXPECT_EQ(traits_of("gemini-2.5-flash").thinking, Traits::Thinking::budget);
  EXPECT_EQ(traits_of("gemini-2.5-pro-preview-06-05").least_budget, 128);
  EXPECT_EQ(traits_of("gemini-3.5-flash").temperature, Traits::Temperature::taken);
  EXPECT_EQ(traits_of("gemini-3.5-flash-lite").temperature, Traits::Temperature::ignored);
  EXPECT_EQ(traits_of("gemini-3.6-flash").lowest_level, Traits::LowestLevel::minimal);
  EXPECT_EQ(traits_of("gemini-3.7-flash").lowest_level, Traits::LowestLevel::low);
  EXPECT_EQ(traits_of("models/gemini-3.1-pro-preview").context_tokens, 1'048'576);
  EXPECT_EQ(traits_of("gemini-2.0-flash").thinking, Traits::Thinking::none);
}

TEST(GoogleTraits, OfAGeminiNobodyKnowsAreThoseOfTheNewest) {  // [LLM-08]
  for (const char* model : {"gemini-4-pro", "gemini-flash-latest", "models/gemini-3.9-flash"}) {
    auto traits = traits_of(model);
    EXPECT_EQ(traits.thinking, Traits::Thinking::levels) << model;
    EXPECT_EQ(traits.signatures, Traits::Signatures::required) << model;
    EXPECT_EQ(traits.temperature, Traits::Temperature::ignored) << model;
  }
}

TEST(GoogleTraits, OfAnotherModelAreTheLeast) {  // [LLM-08]
  auto traits = traits_of("gemma-3-27b-it");

  EXPECT_EQ(traits.thinking, Traits::Thinking::none);
  EXPECT_EQ(traits.signatures, Traits::Signatures::optional);
  EXPECT_EQ(traits.context_tokens, 0);
}

}  // namespace
}  // namespace executus::llm::google
