#include "tools/files/line_expression.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::tools {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

bool line_fits(const std::string& pattern, std::string_view line, LetterCase letters = LetterCase::counts) {
  return LineExpression(pattern, letters).matches(line);
}

TEST(LineExpression, CountsCharactersNotBytes) {
  EXPECT_TRUE(line_fits("gr.?ße", "viele grüße"));
  EXPECT_TRUE(line_fits("^.{5}$", "grüße"));
  EXPECT_TRUE(line_fits("^[äü]$", "ü"));
  EXPECT_FALSE(line_fits("^[äü]$", "ö")) << "which shares its first byte";
  EXPECT_TRUE(line_fits("GRÜSSE", "grüsse", LetterCase::ignored));
}

std::string line_refusal(const std::string& pattern) {
  try {
    (void)LineExpression(pattern, LetterCase::counts);
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "it was taken";
}

TEST(LineExpression, KnowsWhatModelsWrite) {
  EXPECT_TRUE(line_fits(R"(\d+;)", "int n = 42;"));
  EXPECT_FALSE(line_fits(R"(\d)", "d"));
  EXPECT_TRUE(line_fits(R"(^\s*\w+\b)", "\tword"));
  EXPECT_TRUE(line_fits("(?i)ERROR", "an error"));
  EXPECT_TRUE(line_fits("[[:digit:]]{2}", "42"));
  EXPECT_TRUE(line_fits(R"([\]<{,]\Q\<{,\E)", R"(]\<{,)")) << "in brackets and quotes all are characters";
}

// Each of these killed a process, took its memory, or held a thread for minutes when the C library read it.
TEST(LineExpression, CostsNoPatternMoreThanItIsWorth) {
  EXPECT_THAT(line_refusal(".*{10,}{10,}{10,}{10,}{10,}"), HasSubstr("bad repetition"));
  EXPECT_THAT(line_refusal("((a{1,250}){1,250}){1,250}"), HasSubstr("repetition"));
  EXPECT_THAT(line_refusal("(\\pL{1,1000})"), HasSubstr("too large"));
  EXPECT_TRUE(line_fits(std::string(2'000, '(') + "a" + std::string(2'000, ')'), "a"));
  std::string letters;
  while (letters.size() < 300'000) letters += "\\pL";
  EXPECT_THAT(line_refusal(letters), HasSubstr("longer than 4096 bytes")) << "RE2 takes 3 GB to read it";
  EXPECT_FALSE(line_fits("(a*)*(a*)*(a|aa)*b$", std::string(100'000, 'a')));
}

TEST(LineExpression, TakesPatternsOfAsManyBytesAsItSays) {
  EXPECT_TRUE(line_fits(std::string(LineExpression::kLongestPattern, 'a'), std::string(5'000, 'a')));
  EXPECT_THAT(line_refusal(std::string(LineExpression::kLongestPattern + 1, 'a')), HasSubstr("longer than 4096 bytes"));
}

TEST(LineExpression, SaysWhatItDoesNotUnderstand) {
  for (const char* pattern : {"(", "(a)\\1", "(?<=a)b", "a(?!b)", "[z-a]"})
    EXPECT_THAT(line_refusal(pattern), AllOf(StartsWith("tool.pattern: '" + std::string(pattern)), HasSubstr("RE2")))
        << pattern;
  EXPECT_THAT(line_refusal("\\<word\\>"), HasSubstr("write \\b"));
  EXPECT_THAT(line_refusal("a{,3}"), HasSubstr("write {0,"));
}

TEST(LineExpression, SearchesLessOfALineTheLargerItIs) {
  LineExpression small("a", LetterCase::counts), large(".*a.{1000}b", LetterCase::counts);
  EXPECT_GT(small.reach(), std::size_t{1} << 20);
  EXPECT_LT(large.reach(), std::size_t{1} << 20);
  EXPECT_TRUE(small.matches("bbab", 3));
  EXPECT_FALSE(small.matches("bbab", 2));
  EXPECT_FALSE(LineExpression("a$", LetterCase::counts).matches("bbab", 3)) << "the line goes on behind it";
}

TEST(LineExpression, FindsWhereTheMatchStands) {
  auto found = LineExpression("\\d+", LetterCase::counts).find("ab 123 c");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->begin, 3u);
  EXPECT_EQ(found->end, 6u);
}

TEST(LineExpression, LooksBehindANulByte) { EXPECT_TRUE(line_fits("b$", std::string_view("a\0b", 3))); }

}  // namespace
}  // namespace executus::tools
