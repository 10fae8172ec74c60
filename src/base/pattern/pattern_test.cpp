#include "base/pattern/pattern.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/pattern/lookahead_pattern.hpp"

namespace executus {
namespace {

TEST(PatternSearch, FindsAMatchAnywhere) {
  EXPECT_EQ(Pattern("b+").search("abba"), PatternMatch::yes);
  EXPECT_EQ(Pattern("^b+$").search("abba"), PatternMatch::no);
  EXPECT_EQ(Pattern("^[0-9]{4}-[0-9]{2}$").search("2024-12"), PatternMatch::yes);
  EXPECT_EQ(Pattern("^(?=.*x)a").search("abx"), PatternMatch::yes);
  EXPECT_EQ(Pattern("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
                .search("0190163d-8694-739b-aea5-966c26f8ad91"),
            PatternMatch::yes);
}

TEST(PatternSearch, TakesCharactersForWhatTheyAre) {
  EXPECT_EQ(Pattern("^.{5}$").search("grüße"), PatternMatch::yes);
  EXPECT_EQ(Pattern("^.{7}$").search("grüße"), PatternMatch::no) << "which are bytes";
  EXPECT_EQ(Pattern("^[äöü]$").search("ü"), PatternMatch::yes);
  EXPECT_EQ(Pattern("^[äöü]$").search("é"), PatternMatch::no) << "which shares its first byte";
  EXPECT_EQ(Pattern("^[^a-z]$").search("\xf0\x9f\x98\x80"), PatternMatch::yes);
  EXPECT_EQ(Pattern("^[à-ü]+$").search("çé"), PatternMatch::yes);
  EXPECT_EQ(Pattern("^\\u00fc$").search("ü"), PatternMatch::yes);
  EXPECT_EQ(Pattern("^a?$").search("\xff"), PatternMatch::no);
}

TEST(PatternSearch, EndsSoonWhereBacktrackingWouldNot) {
  EXPECT_EQ(Pattern("^(a+)+$").search(std::string(2000, 'a') + "b"), PatternMatch::no);
  EXPECT_EQ(Pattern("^(a|a)*$").search(std::string(2000, 'a') + "b"), PatternMatch::no);
}

TEST(PatternSearch, NeedsNoStackForLongTexts) {
  EXPECT_EQ(Pattern("^.*$").search(std::string(200'000, 'a')), PatternMatch::yes);
  EXPECT_EQ(Pattern("^.*$").search("ü" + std::string(200'000, 'a')), PatternMatch::yes);
  EXPECT_EQ(Pattern("^.*$").search(std::string(20'000'000, 'a')), PatternMatch::too_long);
}

TEST(PatternOk, RefusesWhatCannotBeCheckedSafely) {
  for (const char* bad : {"(", "[", "*", "(a)\\1", "a{2000}{2000}", "((a?){300}){300}"})
    EXPECT_FALSE(Pattern(bad).ok()) << bad;
}

TEST(PatternCost, MultipliesRepetitionsOut) {
  EXPECT_EQ(pattern_cost("abc"), 3u);
  EXPECT_GE(pattern_cost("(ab){100}"), 200u);
  EXPECT_GE(pattern_cost("((ab){100}){100}"), 20'000u);
  EXPECT_LT(pattern_cost("[a-z0-9]{3,64}"), 100u);
}

TEST(Pattern, WithNumbersThatAreTooLargeIsRefused) {
  for (const char* text : {"^\\111111111111111111111", "a{99999999999999999999999}", "a{1,99999999999999999999999}"})
    EXPECT_FALSE(Pattern(text).ok()) << text;
  EXPECT_TRUE(Pattern("^\\\\12345678901$").ok()) << "a backslash and digits";
}

// Memory that ends with the pattern, for the sanitizers.
TEST(Pattern, ThatEndsInAnOpenGroupIsReadToItsEndOnly) {
  const std::vector<char> text{'^', '('};
  EXPECT_FALSE(Pattern({text.data(), text.size()}).ok());
}

TEST(PatternOfRandomText, NeverCrashes) {
  std::mt19937 random(5);
  const std::string letters = "ab()[]{}*+?|^$\\.,123-d:=!";
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (unsigned n = random() % 12; n > 0; --n) text += letters[random() % letters.size()];
    Pattern pattern(text);
    if (!pattern.ok()) continue;
    (void)pattern.search("aabbab123");
    (void)pattern.search("aabbäb123");
  }
}

}  // namespace
}  // namespace executus
