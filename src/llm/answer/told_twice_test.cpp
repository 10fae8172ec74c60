#include "llm/answer/told_twice.hpp"

#include <gtest/gtest.h>

namespace executus::llm {
namespace {

TEST(ToldTwice, IsTheFullerOfTwoThatSayTheSame) {  // [LLM-05]
  EXPECT_EQ(told_twice("Hello", ""), "Hello");
  EXPECT_EQ(told_twice("", "Hello"), "Hello");
  EXPECT_EQ(told_twice("Hello", "Hello"), "Hello");
  EXPECT_EQ(told_twice("Hel", "Hello"), "Hello");
  EXPECT_EQ(told_twice("\n\nHello", "Hello"), "\n\nHello") << "some servers trim one of them";
  EXPECT_EQ(told_twice("", ""), "");
}

TEST(ToldTwice, IsNothingWhereTheTwoDiffer) {  // [LLM-05]
  EXPECT_EQ(told_twice("Hello", "Hel"), std::nullopt) << "less than what came";
  EXPECT_EQ(told_twice("Hello", "Good day"), std::nullopt);
  EXPECT_EQ(told_twice("Hello", "hello"), std::nullopt);
}

TEST(ToldTwice, ComparesArgumentsAsJson) {  // [LLM-05]
  EXPECT_EQ(arguments_told_twice(R"({"a":1,"b":2})", R"({"b": 2, "a": 1})"), R"({"a":1,"b":2})");
  EXPECT_EQ(arguments_told_twice(R"({"a":)", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(arguments_told_twice(R"({"a":[1,2.0]})", R"({"a":[1.0,2]})"), R"({"a":[1,2.0]})") << "numbers by value";
  EXPECT_EQ(arguments_told_twice(R"({"a":1})", R"({"a":1e0})"), R"({"a":1})");
  EXPECT_EQ(arguments_told_twice(R"({"a":1})", R"({"a":1.5})"), std::nullopt);
  EXPECT_EQ(arguments_told_twice(R"({"a":9007199254740993})", R"({"a":9007199254740992.0})"), std::nullopt);
  EXPECT_EQ(arguments_told_twice("", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(arguments_told_twice(R"({"a":1})", " "), R"({"a":1})");
  EXPECT_EQ(arguments_told_twice(R"({"a":1})", R"({"a":2})"), std::nullopt);
  EXPECT_EQ(arguments_told_twice("{}", R"({"a":2})"), std::nullopt);
  EXPECT_EQ(arguments_told_twice(R"({"a":1})", R"({"a":1}})"), std::nullopt) << "complete arguments do not go on";
  EXPECT_EQ(arguments_told_twice(R"({"a":1)", "{}"), std::nullopt);
}

}  // namespace
}  // namespace executus::llm
