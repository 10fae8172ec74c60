#include "llm/ollama/capabilities.hpp"

#include <gmock/gmock.h>

namespace executus::llm::ollama {
namespace {

constexpr std::string_view kDaemon = "http://127.0.0.1:11434";

TEST(OllamaCapabilities, KnowWhichModelsSeeNothing) {  // [LLM-08]
  for (std::string_view id : {"gpt-oss", "llama3.1:8b", "library/qwen3:14b-q4_K_M", "registry.ollama.ai/library/phi4",
                              "gemma3:1b", "gemma3:1b-it-qat", "gemma3:270m"})
    EXPECT_EQ(capabilities_of(id, Place::server).max_images, 0) << id;
  for (std::string_view id : {"gemma3", "gemma3:12b", "llava:7b", "qwen3-vl:8b", "kimi-k2.5", "me/my-own"})
    EXPECT_GT(capabilities_of(id, Place::server).max_images, 0) << id;
}

TEST(OllamaCapabilities, HaveTheFormatsTheServerReads) {  // [LLM-08]
  EXPECT_THAT(capabilities_of("gemma3", Place::server).image_types,
              ::testing::ElementsAre("image/png", "image/jpeg", "image/webp"));
}

TEST(OllamaCapabilities, DependOnWhereTheModelRuns) {  // [LLM-08]
  auto here = capabilities_of("gpt-oss:120b", Place::server);
  auto there = capabilities_of("gpt-oss:120b", Place::cloud);

  EXPECT_EQ(here.schemas, Capabilities::Schemas::native);
  EXPECT_EQ(here.context_tokens, 0);
  EXPECT_EQ(there.schemas, Capabilities::Schemas::by_prompt);
  EXPECT_EQ(there.context_tokens, 131'072);
}

TEST(OllamaCapabilities, TellTheCloudByItsAddressOrTheTag) {
  EXPECT_EQ(place_of("https://ollama.com", "gpt-oss:120b"), Place::cloud);
  EXPECT_EQ(place_of(kDaemon, "gpt-oss:120b-cloud"), Place::cloud);
  EXPECT_EQ(place_of(kDaemon, "glm-4.6:cloud"), Place::cloud);
  EXPECT_EQ(place_of(kDaemon, "gpt-oss:120b"), Place::server);
  EXPECT_EQ(place_of(kDaemon, "me/soundcloud"), Place::server);
}

}  // namespace
}  // namespace executus::llm::ollama
