#include "llm/google/thinking.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace executus::llm::google {
namespace {

std::string config_for(std::string_view effort, std::string_view model) {
  return boost::json::serialize(thinking_config(effort, traits_of(model)));
}

TEST(GoogleThinking, IsALevelFromGemini3On) {  // [MOD-04]
  EXPECT_EQ(config_for("high", "gemini-3.8-flash"), R"({"thinkingLevel":"HIGH"})");
  EXPECT_EQ(config_for("xhigh", "gemini-3.8-flash"), R"({"thinkingLevel":"HIGH"})");
  EXPECT_EQ(config_for("medium", "gemini-3.8-flash"), R"({"thinkingLevel":"MEDIUM"})");
  EXPECT_EQ(config_for("none", "gemini-3.8-flash"), R"({"thinkingLevel":"LOW"})");
  EXPECT_EQ(config_for("minimal", "gemini-3.6-flash"), R"({"thinkingLevel":"MINIMAL"})");
  EXPECT_EQ(config_for("ultra", "gemini-3.6-flash"), R"({"thinkingLevel":"ULTRA"})");
}

TEST(GoogleThinking, IsABudgetBeforeGemini3) {  // [MOD-04]
  EXPECT_EQ(config_for("none", "gemini-2.5-flash"), R"({"thinkingBudget":0})");
  EXPECT_EQ(config_for("none", "gemini-2.5-pro"), R"({"thinkingBudget":128})");
  EXPECT_EQ(config_for("low", "gemini-2.5-pro"), R"({"thinkingBudget":2048})");
  EXPECT_EQ(config_for("high", "gemini-2.5-flash"), R"({"thinkingBudget":24576})");
  EXPECT_EQ(config_for("max", "gemini-2.5-pro"), R"({"thinkingBudget":32768})");
  EXPECT_EQ(config_for("ultra", "gemini-2.5-pro"), R"({"thinkingBudget":-1})");
}

TEST(GoogleThinking, IsNotSentUntoldNorToModelsWithoutIt) {
  EXPECT_EQ(config_for("", "gemini-3.8-flash"), "{}");
  EXPECT_EQ(config_for("high", "gemini-2.0-flash"), "{}");
}

}  // namespace
}  // namespace executus::llm::google
