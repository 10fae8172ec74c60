#include "run/definition/submit_tool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/testing/manual_loop.hpp>

namespace executus::run {
namespace {

using ::testing::HasSubstr;

tool::Outcome submitted(boost::json::object arguments) {
  executus::testing::ManualLoop loop;
  tool::Call call;
  call.arguments = std::move(arguments);
  return loop.run(make_submit_tool()->call(std::move(call)));
}

TEST(SubmitTool, TakesAnAnswerAndSaysThatAReplyEndsTheRun) {  // [RUN-39]
  auto outcome = submitted({{"answer", "it is 42"}});
  ASSERT_TRUE(std::holds_alternative<tool::Done>(outcome));
  const auto& done = std::get<tool::Done>(outcome);
  EXPECT_EQ(done.submitted, "it is 42");
  EXPECT_THAT(done.text, HasSubstr("Accepted"));
  EXPECT_THAT(done.text, HasSubstr("ends the run"));
}

// It would be the first, and the real one after it would not count.
TEST(SubmitTool, TakesNoEmptyAnswer) {  // [RUN-39]
  EXPECT_TRUE(std::holds_alternative<tool::Failed>(submitted({{"answer", " \n"}})));
  EXPECT_TRUE(std::holds_alternative<tool::Failed>(submitted({})));
}

TEST(SubmitTool, MayBeRepeatedFreely) {
  EXPECT_EQ(make_submit_tool()->info().spec.name, "submit");
  EXPECT_EQ(make_submit_tool()->info().effect, tool::Effect::pure);
}

}  // namespace
}  // namespace executus::run
