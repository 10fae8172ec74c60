#include "llm/anthropic/turns.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace executus::llm::anthropic {
namespace {

using ::testing::ElementsAre;

// A turn in short: its role and, of each block, the text or the type.
std::string outline(const Turn& turn) {
  std::string text(to_string(turn.role));
  for (const auto& block : turn.content) {
    const auto* words = block.as_object().if_contains("text");
    text += " " + std::string((words ? *words : block.at("type")).as_string());
  }
  return text;
}

std::vector<std::string> outlines(const Transcript& messages) {
  std::vector<std::string> all;
  for (const auto& turn : turns_of(messages, {}, "lab")) all.push_back(outline(turn));
  return all;
}

Message results_of(std::vector<std::string> ids) {
  Message message;
  message.role = Role::tool;
  for (auto& id : ids) message.tool_results.push_back({std::move(id), "grep", "x", {}, false});
  return message;
}

const Message kTwoCalls = assistant_message("look", {{"a", "grep", "{}"}, {"b", "grep", "{}"}});

TEST(AnthropicTurns, HoldAllResultsOfATurnInOneMessage) {  // [LLM-26]
  EXPECT_THAT(outlines({user_message("u"), kTwoCalls, results_of({"a", "b"})}),
              ElementsAre("user u", "assistant look tool_use tool_use", "user tool_result tool_result"));
}

TEST(AnthropicTurns, HoldWhatTheUserSaysMeanwhileAfterTheResults) {  // [LLM-26]
  EXPECT_THAT(outlines({user_message("u"), kTwoCalls, results_of({"a", "b"}), user_message("faster")}),
              ElementsAre("user u", "assistant look tool_use tool_use", "user tool_result tool_result faster"));
  EXPECT_THAT(outlines({user_message("u"), kTwoCalls, results_of({"a"}), user_message("faster"), results_of({"b"})}),
              ElementsAre("user u", "assistant look tool_use tool_use", "user tool_result tool_result faster"));
}

TEST(AnthropicTurns, HoldImagesOfErrorsAfterTheResultsOfTheTurn) {  // [LLM-26]
  Message failed = results_of({"a"});
  failed.tool_results[0].is_error = true;
  failed.tool_results[0].images.push_back({"P", "image/png"});
  EXPECT_THAT(outlines({user_message("u"), kTwoCalls, failed, results_of({"b"})}),
              ElementsAre("user u", "assistant look tool_use tool_use",
                          "user tool_result tool_result Images in the result of grep (a): image"));
}

TEST(AnthropicTurns, Alternate) {
  EXPECT_THAT(outlines({user_message("a"), user_message("b"), assistant_message("c"), assistant_message("d"),
                        user_message("e")}),
              ElementsAre("user a b", "assistant c d", "user e"));
}

TEST(AnthropicTurns, LeaveOutWhatHoldsNothing) {
  EXPECT_THAT(outlines({user_message("a"), assistant_message(" "), user_message("b"), user_message("")}),
              ElementsAre("user a b"));
}

TEST(AnthropicTurns, LeaveOutSystemMessages) {  // [LLM-03]
  EXPECT_THAT(outlines({Message{Role::system, {Text{"s"}}, {}, {}}, user_message("a")}), ElementsAre("user a"));
}

TEST(AnthropicTurns, BeginAndEndWithTheUser) {
  EXPECT_THAT(outlines({assistant_message("a")}), ElementsAre("user Go on.", "assistant a", "user Go on."));
  EXPECT_THAT(outlines({}), ElementsAre("user Go on."));
}

}  // namespace
}  // namespace executus::llm::anthropic
