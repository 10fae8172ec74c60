#include "tools/edits/replacement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/error.hpp>

namespace executus::tools {
namespace {

using ::testing::HasSubstr;

std::string replaced(std::string_view bytes, std::string_view from, std::string_view to,
                     Occurrences which = Occurrences::exactly_one) {
  try {
    return with_replacement(bytes, from, to, which);
  } catch (const Error& error) {
    return "error: " + error.message();
  }
}

TEST(Replacement, ChangesTheTextAndNothingElse) {  // [TLS-16]
  EXPECT_EQ(replaced("one\ntwo\nthree", "two", "2"), "one\n2\nthree");
  EXPECT_EQ(replaced("a b a", "a", "c", Occurrences::all), "c b c");
  EXPECT_EQ(replaced("aaa", "aa", "b", Occurrences::all), "ba");
  EXPECT_EQ(replaced("one\ntwo\n", "two\n", ""), "one\n");
}

TEST(Replacement, KeepsBytesOutsideOfIt) {  // [TLS-16]
  EXPECT_EQ(replaced("\xef\xbb\xbf"
                     "one\r\ntwo\rthree\nfour",
                     "two\nthree", "2\n3"),
            "\xef\xbb\xbf"
            "one\r\n2\r3\nfour");
  EXPECT_EQ(replaced("a\r\nb\nc\r\nd", "b\nc\nd", "b\nC\nd"), "a\r\nb\nC\r\nd") << "also in the text that is the same";
  EXPECT_EQ(replaced("\xef\xbb\xbfone\n", "one", "1"),
            "\xef\xbb\xbf"
            "1\n")
      << "the mark is no part of the text";
}

TEST(Replacement, EndsNewLinesAsThoseAround) {  // [TLS-16]
  EXPECT_EQ(replaced("a\r\nb\r\n", "b", "b\nc"), "a\r\nb\r\nc\r\n");
  EXPECT_EQ(replaced("a\rb\rc\r", "b", "1\n2"), "a\r1\r2\rc\r");
  EXPECT_EQ(replaced("a\r\nb", "a\r\nb", "x\r\ny\r\nz"), "x\r\ny\r\nz");
  EXPECT_EQ(replaced("one", "one", "1\n2"), "1\n2");
}

TEST(Replacement, SaysWhyItCannotBeMade) {  // [TLS-16]
  EXPECT_THAT(replaced("a\nb\na\n", "a", "c"), HasSubstr("2 times (lines 1, 3)"));
  EXPECT_THAT(replaced("a\na\na\n", "a\na\n", "b\n"), HasSubstr("2 times (lines 1, 2)")) << "they overlap";
  EXPECT_THAT(replaced("a", "b", "c"), HasSubstr("is not in the file"));
  EXPECT_THAT(replaced("a", "", "c"), HasSubstr("old_text is empty"));
  EXPECT_THAT(replaced("a\r\nb", "a\r\nb", "a\nb"), HasSubstr("equal (line ends do not count)"));
}

}  // namespace
}  // namespace executus::tools
