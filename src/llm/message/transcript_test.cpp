#include <gtest/gtest.h>

#include <executus/llm/transcript.hpp>

namespace executus::llm {
namespace {

Transcript numbered(int count) {
  Transcript transcript;
  for (int i = 0; i < count; ++i) transcript.push_back(user_message(std::to_string(i)));
  return transcript;
}

std::string texts(const Transcript& transcript) {
  std::string all;
  for (const auto& message : transcript) all += message.text() + " ";
  return all;
}

TEST(Transcript, HoldsItsMessagesInOrder) {
  auto transcript = numbered(100);
  ASSERT_EQ(transcript.size(), 100u);
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(transcript[i].text(), std::to_string(i));
  EXPECT_EQ(transcript.back().text(), "99");
  EXPECT_EQ(texts(transcript.from(98)), "98 99 ");
}

// Each grows by itself, wherever they part.
TEST(Transcript, CopiesShareMessagesAndGoTheirOwnWays) {
  for (int parted : {0, 1, 15, 16, 17, 32}) {
    auto one = numbered(parted);
    auto before = texts(one);
    auto other = one, third = other;
    one.push_back(user_message("one"));
    other.push_back(user_message("other"));
    other.push_back(user_message("more"));
    EXPECT_EQ(texts(one), before + "one ") << parted;
    EXPECT_EQ(texts(other), before + "other more ") << parted;
    EXPECT_EQ(texts(third), before) << parted;
    if (parted > 0) EXPECT_EQ(&one[0], &other[0]) << "the messages are the same";
  }
}

TEST(Transcript, ReplacesAMessageForItselfAlone) {
  auto one = numbered(20);
  auto other = one;
  one.replace(3, user_message("three"));
  one.replace(19, user_message("last"));
  one.push_back(user_message("more"));
  EXPECT_EQ(one[3].text() + one[19].text() + one[20].text(), "threelastmore");
  EXPECT_EQ(texts(other), texts(numbered(20)));
}

TEST(Transcript, IsEmptyWhenItWasMovedFrom) {
  auto one = numbered(20);
  auto other = std::move(one);
  EXPECT_EQ(other.size(), 20u);
  EXPECT_TRUE(one.empty());  // NOLINT(bugprone-use-after-move)
  one.push_back(user_message("again"));
  EXPECT_EQ(texts(one), "again ");
}

TEST(Transcript, MayBeAppendedToItself) {
  auto one = numbered(17);
  one.append(one);
  EXPECT_EQ(texts(one), texts(numbered(17)) + texts(numbered(17)));
}

}  // namespace
}  // namespace executus::llm
