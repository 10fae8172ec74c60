#include "critic/signs.hpp"

#include <gtest/gtest.h>

namespace executus::critic {
namespace {

using std::chrono::minutes;

llm::Response response(std::string text, std::vector<llm::ToolCall> calls = {}) {
  llm::Response made;
  made.message = llm::assistant_message(std::move(text), std::move(calls));
  return made;
}

TEST(SummaryOf, NamesCallsAndClipsWhatWasSaid) {
  EXPECT_EQ(summary_of(3, response("", {{"a", "grep", "{}"}, {"b", "read", "{}"}})), "step 3 calls grep, read");
  EXPECT_EQ(summary_of(4, response("I see.")), "step 4: I see.");
  EXPECT_EQ(summary_of(5, response(std::string(5000, 'x'))).size(), 200u);
}

TEST(Signs, KeepsTheLastFew) {
  Signs signs(2);
  const MonoTime start{minutes(60)};
  for (int i = 0; i < 4; ++i) signs.add(start + minutes(i), Sign::Kind::tool, std::to_string(i));

  auto recent = signs.at(start + minutes(10));

  ASSERT_EQ(recent.size(), 2u);
  EXPECT_EQ(recent[0].summary, "2");
  EXPECT_EQ(recent[0].ago, minutes(8));
  EXPECT_EQ(recent[1].summary, "3");
}

TEST(Signs, CountProgressThatFollowsProgressOnce) {
  Signs signs(3);
  const MonoTime start{minutes(60)};
  signs.add(start, Sign::Kind::tool, "agent__child");
  for (int i = 0; i < 100; ++i) signs.add(start + minutes(i), Sign::Kind::progress, "child");

  auto recent = signs.at(start + minutes(100));

  ASSERT_EQ(recent.size(), 2u);
  EXPECT_EQ(recent[0].summary, "agent__child");
  EXPECT_EQ(recent[1].ago, minutes(1));
}

TEST(Signs, MayBeSwitchedOff) {
  Signs none(0);
  none.add(MonoTime{}, Sign::Kind::tool, "x");
  EXPECT_TRUE(none.at(MonoTime{}).empty());
}

}  // namespace
}  // namespace executus::critic
