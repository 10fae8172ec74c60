#include "run/step/lost_tools.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/step/sent_view.hpp"

namespace executus::run {
namespace {

using ::testing::HasSubstr;

llm::ToolSpecs offering(const std::string& tool) { return {std::vector<llm::ToolSpec>{{tool, "", {}}}}; }

llm::Message two_calls() {
  auto message = llm::assistant_message("let me see", {{"c1", "grep", R"({"p":1})"}, {"c2", "look", "{}"}});
  message.parts.emplace_back(llm::Opaque{"lab", "signed"});
  return message;
}

llm::Message two_results() {
  llm::Message results;
  results.role = llm::Role::tool;
  results.tool_results = {{"c1", "grep", "found", {{"bytes", "image/png"}}, false}, {"c2", "look", "seen", {}, false}};
  return results;
}

// Every call has its result right behind it, and only offered tools are called.
void expect_valid(const llm::Transcript& messages, const llm::ToolSpecs& offered) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    EXPECT_FALSE(has_lost_tool(messages[i], offered));
    if (messages[i].tool_calls.empty()) continue;
    ASSERT_LT(i + 1, messages.size());
    ASSERT_EQ(messages[i + 1].tool_results.size(), messages[i].tool_calls.size());
    for (std::size_t c = 0; c < messages[i].tool_calls.size(); ++c)
      EXPECT_EQ(messages[i + 1].tool_results[c].call_id, messages[i].tool_calls[c].id);
  }
}

llm::Conversation continued_conversation() {
  llm::Conversation conversation;
  conversation.begin({llm::user_message("go"), two_calls(), two_results(), llm::assistant_message("done"),
                      llm::user_message("again")});
  return conversation;
}

TEST(LostTools, AreToldInWords) {  // [DUR-46]
  auto conversation = continued_conversation();
  SentView view;
  const auto& sent = view.of(conversation, {}, offering("look"));
  expect_valid(sent, offering("look"));
  ASSERT_EQ(sent.size(), 6u);
  EXPECT_EQ(sent[1].text(), "let me see");
  EXPECT_EQ(sent[1].parts.size(), 1u) << "what was signed with the calls goes with them";
  EXPECT_EQ(sent[3].role, llm::Role::user);
  EXPECT_THAT(sent[3].text(), HasSubstr(R"(tool grep, which is not offered any more, was called here with the )"
                                        R"(arguments {"p":1}. Its result:]
found)"));
  EXPECT_EQ(sent[3].parts.size(), 2u) << "with its image";
}

TEST(LostTools, LeaveNoEmptyMessageBehind) {  // [DUR-46]
  llm::Conversation conversation;
  llm::Message results = two_results();
  conversation.begin({llm::user_message("go"), llm::assistant_message("", two_calls().tool_calls), results,
                      llm::user_message("again")});
  SentView view;
  const auto& sent = view.of(conversation, {}, {});
  expect_valid(sent, {});
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_THAT(sent[1].text(), HasSubstr("tool look"));
}

TEST(LostTools, OfTheRunItselfAreSentAsTheyAre) {  // a model may call a tool that never was
  llm::Conversation conversation;
  conversation.begin({llm::user_message("go")});
  llm::Response response;
  response.message = llm::assistant_message("", {{"c", "nonsense", "{}"}});
  conversation.add_response(response);
  conversation.settle({0, 0}, llm::CallState::failed, {"c", "nonsense", "no such tool", {}, true});
  SentView view;
  const auto& sent = view.of(conversation, {}, offering("look"));
  EXPECT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[1].tool_calls.size(), 1u);
}

TEST(LostTools, ThatAreOfferedAgainAreCallsAgain) {  // [DUR-46]
  auto conversation = continued_conversation();
  llm::ToolSpecs both(std::vector<llm::ToolSpec>{{"look", "", {}}, {"grep", "", {}}});
  SentView view;
  const auto& sent = view.of(conversation, {}, both);
  EXPECT_EQ(sent.size(), conversation.transcript().size());
  EXPECT_EQ(sent[1], two_calls());
}

}  // namespace
}  // namespace executus::run
