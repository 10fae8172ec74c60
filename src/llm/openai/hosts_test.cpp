#include "llm/openai/hosts.hpp"

#include <gmock/gmock.h>

namespace executus::llm::openai {
namespace {

TEST(Hosts, OfOpenAiAreItsRegionsToo) {  // [LLM-09]
  for (auto url : {"https://api.openai.com/v1", "https://eu.api.openai.com/v1", "https://us.api.openai.com:443/v1"})
    EXPECT_TRUE(is_official(url)) << url;
}

TEST(Hosts, ThatLookLikeOpenAiAreOthers) {
  for (auto url : {"https://evilapi.openai.com.example.org/v1", "https://api.openai.com.example.org/v1",
                   "https://evilapi.openai.com/v1", "https://lab.openai.azure.com/openai/v1",
                   "http://127.0.0.1:8000/v1", "https://example.org/api.openai.com/v1", ""})
    EXPECT_FALSE(is_official(url)) << url;
}

TEST(Hosts, DifferInTheNameOfTheOutputLimit) {
  EXPECT_EQ(output_limit_key("https://api.openai.com/v1"), "max_completion_tokens");
  EXPECT_EQ(output_limit_key("https://eu.api.openai.com/v1"), "max_completion_tokens");
  EXPECT_EQ(output_limit_key("https://lab.openai.azure.com/openai/v1"), "max_completion_tokens");
  EXPECT_EQ(output_limit_key("https://openai.azure.com.example.org/v1"), "max_tokens");
  EXPECT_EQ(output_limit_key("https://api.mistral.ai/v1"), "max_tokens");
}

TEST(Hosts, MayRefuseReasoning) {  // [LLM-01]
  EXPECT_TRUE(takes_reasoning_back("http://127.0.0.1:8000/v1", "qwen3"));
  EXPECT_TRUE(takes_reasoning_back("https://openrouter.ai/api/v1", "mistralai/magistral-medium"));
  EXPECT_FALSE(takes_reasoning_back("https://api.mistral.ai/v1", "magistral-medium-latest"));
  EXPECT_FALSE(takes_reasoning_back("https://api.groq.com/openai/v1", "moonshotai/kimi-k2-instruct"));
}

TEST(Hosts, ThatRefuseReasoningMayTakeItForSomeModels) {  // [LLM-01]
  EXPECT_TRUE(takes_reasoning_back("https://api.groq.com/openai/v1", "openai/gpt-oss-120b"));
  EXPECT_TRUE(takes_reasoning_back("https://api.groq.com/openai/v1", "qwen/qwen3-32b"));
  EXPECT_FALSE(takes_reasoning_back("https://api.mistral.ai/v1", "openai/gpt-oss-120b"));
}

}  // namespace
}  // namespace executus::llm::openai
