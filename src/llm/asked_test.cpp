#include "llm/asked.hpp"

#include <gtest/gtest.h>

namespace executus::llm {
namespace {

std::string last_arguments(FinishReason finish, std::string arguments) {
  Response response;
  response.finish = finish;
  response.message = assistant_message("", {{"c1", "look", "{}"}, {"c2", "wipe", std::move(arguments)}});
  mark_cut_call(response);
  EXPECT_EQ(response.message.tool_calls.front().arguments, "{}") << "one that others follow is whole";
  return response.message.tool_calls.back().arguments;
}

TEST(CutCall, IsNotTakenForOneWithoutArguments) {  // [LLM-26]
  EXPECT_EQ(last_arguments(FinishReason::length, "{}").find("{}"), std::string::npos);
  EXPECT_EQ(last_arguments(FinishReason::length, R"({"all":true})"), R"({"all":true})");
  EXPECT_EQ(last_arguments(FinishReason::tool_calls, "{}"), "{}");
}

TEST(CutCall, IsNothingWithoutCalls) {
  Response response;
  response.finish = FinishReason::length;
  EXPECT_NO_THROW(mark_cut_call(response));
}

}  // namespace
}  // namespace executus::llm
