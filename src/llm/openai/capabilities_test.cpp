#include "llm/openai/capabilities.hpp"

#include <gmock/gmock.h>

namespace executus::llm::openai {
namespace {

TEST(OpenAiCapabilities, HoldForAFamilysDatedAndTunedModels) {  // [LLM-08] [MOD-12]
  auto context = [](std::string_view model) { return capabilities_of(model).context_tokens; };

  EXPECT_EQ(context("gpt-5.4"), 1'050'000);
  EXPECT_EQ(context("gpt-5.4-2026-03-05"), 1'050'000);
  EXPECT_EQ(context("gpt-5.4-mini"), 400'000);
  EXPECT_EQ(context("gpt-6.1-terra"), 1'050'000);
  EXPECT_EQ(context("gpt-5-chat-latest"), 128'000);
  EXPECT_EQ(context("ft:gpt-4.1:org::id"), 1'047'576);
  EXPECT_EQ(context("openai/gpt-5"), 400'000);
}

TEST(OpenAiCapabilities, OfAModelNobodyKnowsAreThoseOfTheService) {  // [LLM-08]
  auto known = capabilities_of("gpt-9.9");

  EXPECT_EQ(known.context_tokens, 0);
  EXPECT_EQ(known.max_images, 1'500);
  EXPECT_THAT(known.image_types, ::testing::ElementsAre("image/png", "image/jpeg", "image/webp", "image/gif"));
  EXPECT_EQ(known.schemas, Capabilities::Schemas::native);
}

TEST(OpenAiCapabilities, TellModelsApartThatReason) {
  for (std::string_view model : {"gpt-5", "gpt-5.6-sol", "o3", "gpt-9.9", "qwen3", "gpt-5.1-codex"})
    EXPECT_TRUE(is_reasoning_model(model)) << model;
  for (std::string_view model :
       {"gpt-4o", "gpt-4o-mini", "gpt-4.1-nano", "gpt-5-chat-latest", "openai/gpt-4o", "gpt-4-turbo"})
    EXPECT_FALSE(is_reasoning_model(model)) << model;
}

TEST(OpenAiCapabilities, TellModelsApartWhoseCacheHasOptions) {  // [LLM-25]
  EXPECT_TRUE(has_cache_options("gpt-5.6-luna"));
  EXPECT_TRUE(has_cache_options("gpt-6-astra"));
  EXPECT_FALSE(has_cache_options("gpt-5.5"));
  EXPECT_FALSE(has_cache_options("gpt-9.9"));
}

}  // namespace
}  // namespace executus::llm::openai
