#include "base/pattern/ecmascript_syntax.hpp"

#include <locale>

#include <gtest/gtest.h>

#include "base/pattern/pattern.hpp"

namespace executus {
namespace {

bool fits(std::string_view pattern, std::string_view text) {
  Pattern compiled(pattern);
  EXPECT_TRUE(compiled.ok()) << pattern;
  return compiled.ok() && compiled.search(text) == PatternMatch::yes;
}

// Table "White Space Code Points" of ECMA-262, and its line terminators.
constexpr std::string_view kSpaces[] = {"\t",     "\n",     "\v",     "\f",     "\r",     " ",
                                        "\u00a0", "\u1680", "\u2000", "\u2007", "\u200a", "\u2028",
                                        "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"};
constexpr std::string_view kNoSpaces[] = {"a", "0", "\b", "\u0085", "\u180e", "\u200b", "\u2060", "\U0001f600"};

TEST(EcmascriptPattern, HasUnicodesWhiteSpace) {
  for (auto space : kSpaces) {
    for (const char* yes : {"^\\s$", "^[\\s]$", "^[^a\\S]$", "^(?=\\s)[\\sx]$"}) EXPECT_TRUE(fits(yes, space)) << yes;
    for (const char* no : {"\\S", "[\\S]", "[^\\s]", "(?!a)\\S"}) EXPECT_FALSE(fits(no, space)) << no;
  }
  for (auto other : kNoSpaces) {
    for (const char* yes : {"^\\S$", "^[\\S]$", "^[^\\s]$", "^(?!\\s)\\S$"}) EXPECT_TRUE(fits(yes, other)) << yes;
    for (const char* no : {"\\s", "[\\s]", "(?!b)\\s"}) EXPECT_FALSE(fits(no, other)) << no;
  }
}

TEST(EcmascriptPattern, HasDigitsAndWordsOfAscii) {
  EXPECT_TRUE(fits("^\\d\\w\\D\\W$", "7_x-"));
  EXPECT_FALSE(fits("\\d", "\u0667")) << "an Arabic seven";
  EXPECT_FALSE(fits("\\w", "\u00e4"));
  EXPECT_FALSE(fits("(?=.)\\w", "\u00e4"));
  EXPECT_TRUE(fits("\\b-\\b", "a-b"));
}

TEST(EcmascriptPattern, IsReadAlikeInAllLocales) {
  auto before = std::locale::global(std::locale("C.UTF-8"));
  EXPECT_FALSE(fits("(?=.)\\w", "\u00e4"));
  EXPECT_FALSE(fits("\\w", "\u00e4"));
  std::locale::global(before);
}

TEST(EcmascriptPattern, TakesBytesThatAreNoUtf8ForACharacterEach) {
  EXPECT_TRUE(fits("^..$", "\xff\xfe"));
  EXPECT_TRUE(fits("^(?=.)..$", "\xff\xfe"));
  EXPECT_FALSE(fits("^.$", "\xff\xfe"));
  EXPECT_FALSE(fits("(?=.)\\u00ff", "\xff"));
}

TEST(EcmascriptPattern, HasADotForWhatEndsNoLine) {
  EXPECT_TRUE(fits("^.$", "\u00e4"));
  for (const char* end : {"\n", "\r", "\u2028", "\u2029"}) EXPECT_FALSE(fits("^.$", end));
  EXPECT_TRUE(fits("^[^]$", "\n"));
  EXPECT_FALSE(fits("a[]", "a"));
  EXPECT_FALSE(fits("a$", "a\n")) << "the end is the end of the text";
}

TEST(EcmascriptPattern, HasEscapesOfCharacters) {
  EXPECT_TRUE(fits("^\\x41\\u00e4\\u{1f600}\\ud83d\\ude00\\cJ\\0\\/\\-\\.$",
                   std::string_view("A\u00e4\U0001f600\U0001f600\n\0/-.", 16)));
  EXPECT_TRUE(fits("^[\\b\\x41-\\x43\\]\\\\]+$", "\bB]\\"));
  EXPECT_TRUE(fits("^[\\u{1f600}-\\u{1f602}]$", "\U0001f601"));
  EXPECT_TRUE(fits("^\\u{000000000041}\\cj\\\u00e4$", "A\n\u00e4"));
}

TEST(EcmascriptPattern, HasEscapesOfCharactersWhereItLooksAhead) {
  EXPECT_TRUE(fits("^(?=.)\\x41\\u00e4\\u{1f600}\\ud83d\\ude00\\cJ\\0\\/\\-\\.\\u{5b}$",
                   std::string_view("A\u00e4\U0001f600\U0001f600\n\0/-.[", 17)));
  EXPECT_FALSE(fits("^(?!.*\\ud83d\\ude00)", "x\U0001f600"));
  EXPECT_TRUE(fits("^(?!.*\\ud83d\\ude00)", "x\U0001f601"));
  EXPECT_TRUE(fits("(?=\\cA)", "\x01"));
  EXPECT_FALSE(fits("(?=\\cA)", "A"));
  EXPECT_TRUE(fits("^(?=.)\\u07ff\\u0800\\u20ac\\uffff\\u{10000}$", "\u07ff\u0800\u20ac\uffff\U00010000"));
  EXPECT_FALSE(fits("(?=\\u0161)", "a")) << "whose code is the lower half of the other's";
  EXPECT_TRUE(fits("^(?=.)[\\u{1f600}-\\u{1f602}\\cB\\x5d\\b]+$", "\U0001f601\x02]\b"));
  EXPECT_TRUE(fits("^(?=.)\\u{99999}$", "\U00099999")) << "which counts nothing";
  EXPECT_TRUE(fits(std::string_view("(?=a)a\0[\0]", 10), std::string_view("a\0\0", 3)));
}

TEST(EcmascriptPattern, IsReadAlikeWhereItLooksAhead) {
  EXPECT_TRUE(fits("^(?=.)[[:alpha:]]$", "[]")) << "no class, but characters, and a bracket";
  EXPECT_FALSE(fits("^(?=.)[[:alpha:]]$", "z]"));
  EXPECT_TRUE(fits("^(?=.)[[=a=]]$", "=]"));
  EXPECT_TRUE(fits("^(?=.)[\\w-.]+$", "a-."));
  EXPECT_FALSE(fits("^(?=.)[\\s-z]+$", "a"));
  EXPECT_TRUE(fits("^(?!x)[^][^]$", "\n\U0001f600"));
  EXPECT_FALSE(fits("(?=.)a[]", "a"));
  EXPECT_TRUE(fits("^(?=.)(?<year>\\d{4})a{,2}{b}]$", "2024a{,2}{b}]"));
  EXPECT_TRUE(fits("^(?=a)a{1x}$", "a{1x}"));
  EXPECT_TRUE(fits("^(?=.)[ab]\\s$", "a\u2003"));
  EXPECT_TRUE(fits("^(?=.)\\u00e4[\\w\u00f6]\\.$", "\u00e4\u00f6."));
}

TEST(EcmascriptPattern, HasPlacesBetweenWholeCharacters) {
  EXPECT_FALSE(fits("\\B", "a\u00e9A")) << "a place within a character is none";
  EXPECT_FALSE(fits("x|\\B$|\\B", "a\u00e9A"));
  EXPECT_TRUE(fits("\\B", "aa"));
  EXPECT_TRUE(fits("\\Bb", "a\nab")) << "in any line";
  EXPECT_TRUE(fits("^\\Ba|b\\B.", "\u00e9\u00e9abc"));
  EXPECT_TRUE(fits("\\B\u00e9", "\u00e9")) << "at the beginning";
}

TEST(EcmascriptPattern, HasSetsOfItsOwn) {
  EXPECT_TRUE(fits("^[[:alpha:]]$", "[]")) << "no class, but characters, and a bracket";
  EXPECT_FALSE(fits("^[[:alpha:]]$", "z]"));
  EXPECT_TRUE(fits("^[\\w-.]+$", "a-."));
  EXPECT_FALSE(fits("^[\\s-z]+$", "a"));
  EXPECT_TRUE(fits("^[\\s-z]+$", " -z"));
  EXPECT_TRUE(fits("^[-a]+[a-]+$", "-a-"));
  EXPECT_TRUE(fits("^[a^]+$", "^a"));
  EXPECT_TRUE(fits("^[a-\\d]+$", "a-7"));
  EXPECT_FALSE(fits("[a-\\d]", "b"));
  EXPECT_TRUE(fits("^[a-c-e]+$", "b-e"));
  EXPECT_FALSE(fits("[a-c-e]", "d"));
}

TEST(EcmascriptPattern, HasGroupsAndBraces) {
  EXPECT_TRUE(fits("^(?<year>\\d{4})-(?:a|b)$", "2024-b"));
  EXPECT_TRUE(fits("^(?<_a>x)(?<$b>y)$", "xy"));
  EXPECT_TRUE(fits("^a{,2}$", "a{,2}"));
  EXPECT_TRUE(fits("^{a}]$", "{a}]"));
  EXPECT_TRUE(fits("^a{2,}$", "aaa"));
  EXPECT_TRUE(fits("^a{1500}$", std::string(1500, 'a'))) << "more than RE2 counts";
}

TEST(EcmascriptPattern, HasPropertiesOfCharacters) {
  EXPECT_TRUE(fits("^\\p{L}+\\P{Lu}$", "\u00c4\u00e4"));
  EXPECT_TRUE(fits("^[\\p{Script=Greek}\\d]+$", "\u03b17"));
  EXPECT_FALSE(fits("^\\p{Lu}$", "a"));
  EXPECT_TRUE(fits("^\\p{gc=Lu}\\p{General_Category=Cc}\\p{sc=Greek}\\p{Any}$", "A\x01\u03b1\u0378"));
}

TEST(EcmascriptPattern, ThatMeansSomethingElseElsewhereIsRefused) {
  for (const char* pattern :
       {"\\p{C}", "[^\\P{C}]", "\\p{gc=C}", "\\p{Cn}", "\\p{scx=Greek}", "\\p{Script_Extensions=Greek}", "\\p{sc=L}",
        "\\p{gc=Greek}", "\\p{=L}", "\\p{x=L}", "\\p{L=}", "\\p{sc=Any}"})
    EXPECT_FALSE(Pattern(pattern).ok()) << pattern;
  for (const char* pattern :
       {"(?i)a",       "\\A",     "\\z",    "\\Z",           "\\Qa\\E",     "\\pL",      "\\p{Nothing}", "(?P<a>b)",
        "(?<=a)b",     "(?<!a)b", "(a)\\1", "(?<a>b)\\k<a>", "\\C",         "\\x4",      "\\u00e",       "\\ud800",
        "\\u{110000}", "[z-a]",   "\\",     "[\\",           "(?=a)\\p{L}", "(?=a)\\pL", "(?=a)(?i)b"})
    EXPECT_FALSE(Pattern(pattern).ok()) << pattern;
}

TEST(EcmascriptPattern, ThatIsCutOrNothingIsRefused) {
  for (const char* pattern :
       {"(?<1>a)", "(?<ab", "[\\B]", "\\01", "\\c1", "[\\c1]", "\\ue000\\udc00", "\\ud83d\\u0041", "\\ud83d\\ue000",
        "\\pL}", "\\p{L", "\\p{}", "\\p{^L}", "(?=.)[\\p{L}]", "\\u{}", "\\u{41"})
    EXPECT_FALSE(Pattern(pattern).ok()) << pattern;
}

// Nor what becomes a pattern only within the group that it is put into, or in an engine that takes more.
TEST(EcmascriptPattern, WhoseGroupsDoNotCloseIsRefused) {
  for (const char* pattern : {"a)\\B(b", "a)(b", "a)|\\B(b", "\\B)", "(\\B", "a)", "(a", "(?:a", "(?=a", "(?=a))",
                              "(?=a)b)(c", "(?<a(b>c)", "(?<a|b>c)", "(?<a[>]>c)", "[a\\B", "\\B["})
    EXPECT_FALSE(Pattern(pattern).ok()) << pattern;
  for (const char* pattern : {"(a\\B(b))", "\\)\\B\\(", "[)]\\B[(]", "(?=a)(b|(c))", "()\\B"})
    EXPECT_TRUE(Pattern(pattern).ok()) << pattern;
}

TEST(EcmascriptPattern, ThatRepeatsNothingIsRefused) {
  for (const char* pattern : {"*", "+a", "a|*b", "(?b)", "(*a)", "(?:+)", "{2}", "a**", "a+*", "a{2}{3}", "a?{2}",
                              "a*??", "^*", "$+", "\\b?", "\\B{2}", "(?=a)b**", "(?=a)|*b", "\\B**"})
    EXPECT_FALSE(Pattern(pattern).ok()) << pattern;
  for (const char* pattern : {"a*?b+?c??d{2}?e{1,}?", "(a*)*", "[*]*", "\\**", "a{x}*", ".*", "\\d{2}[a]{2}(b){2}",
                              "a*|b+", "(?=a*?)b{2}?", "}*]+", "\\Ba*"})
    EXPECT_TRUE(Pattern(pattern).ok()) << pattern;
}

TEST(EcmascriptPattern, CostsNoTextMoreThanItIsWorth) {
  EXPECT_EQ(Pattern("^(?=a)b{1000}c{1000}$").search(std::string(100'000, 'x')), PatternMatch::too_long);
  EXPECT_EQ(Pattern("^(a*)*(a*)*(a|aa)*b$").search(std::string(100'000, 'a')), PatternMatch::no);
  std::string properties;
  for (int i = 0; i < 1000; ++i) properties += "\\p{L}";
  EXPECT_FALSE(Pattern(properties).ok());
  EXPECT_FALSE(Pattern(std::string(100'000, 'a')).ok());
  EXPECT_TRUE(Pattern(std::string(10'000, 'a')).ok());
}

}  // namespace
}  // namespace executus
