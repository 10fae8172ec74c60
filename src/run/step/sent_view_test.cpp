#include "run/step/sent_view.hpp"

#include <gtest/gtest.h>

#include "run/step/compaction.hpp"

namespace executus::run {
namespace {

void step(llm::Conversation& conversation) {
  llm::Response response;
  response.message = llm::assistant_message("", {{"c", "look", "{}"}});
  conversation.add_response(std::move(response));
  conversation.settle(conversation.open_batch()[0].position, llm::CallState::done,
                      {"c", "look", std::string(100, 'x'), {}, false});
}

llm::Conversation long_conversation(int steps) {
  llm::Conversation conversation;
  conversation.begin({llm::user_message("please")});
  for (int i = 0; i < steps; ++i) step(conversation);
  return conversation;
}

TEST(SentView, LooksAtEachMessageOnce) {
  auto conversation = long_conversation(0);
  SentView view;
  for (int i = 0; i < 100; ++i) {
    (void)view.of(conversation, {});
    step(conversation);
  }
  EXPECT_EQ(view.of(conversation, {}).size(), 201u);
  EXPECT_EQ(view.visited(), 201u);
  EXPECT_EQ(view.tokens(), estimated_tokens(conversation.transcript()));
}

TEST(SentView, IsTheCompactedOneWhereTheHeadIsFolded) {
  auto conversation = long_conversation(50);
  SentView view;
  (void)view.of(conversation, {});
  journal::CompactedHead compacted{61, 0, "so far"};
  for (int i = 0; i < 3; ++i) {
    auto expected = compacted_view(conversation.transcript(), compacted.upto, compacted.summary);
    const auto& sent = view.of(conversation, compacted);
    ASSERT_EQ(sent.size(), expected.size());
    for (std::size_t m = 0; m < sent.size(); ++m) EXPECT_EQ(sent[m], expected[m]);
    EXPECT_EQ(view.tokens(), estimated_tokens(expected));
    step(conversation);
  }
  EXPECT_EQ(view.visited(), 101u + 40u + 4u) << "the rest once more when the head was compacted, and what came then";
}

TEST(SentView, LeavesOutAnswersOfNothing) {
  auto conversation = long_conversation(1);
  llm::Response nothing;
  nothing.message = llm::assistant_message("");
  conversation.add_response(std::move(nothing));
  conversation.add(llm::user_message("go on"));
  SentView view;
  EXPECT_EQ(view.of(conversation, {}).size(), conversation.transcript().size() - 1);
}

TEST(SentView, StartsAnewWithAPhaseAndWhenAMessageIsReplaced) {
  auto conversation = long_conversation(3);
  SentView view;
  (void)view.of(conversation, {});
  conversation.replace_by_note({2, llm::MessagePart::Kind::result_text, 0}, "left out");
  EXPECT_EQ(view.of(conversation, {})[2].tool_results.at(0).text, "left out");
  conversation.begin({llm::user_message("the next phase")});
  EXPECT_EQ(view.of(conversation, {}).size(), 1u);
}

}  // namespace
}  // namespace executus::run
