#include "tools/shared/charset.hpp"

#include <gtest/gtest.h>

namespace executus::tools {
namespace {

TEST(Charset, IsReadFromAContentType) {
  EXPECT_EQ(charset_of("text/plain; charset=ISO-8859-1"), "iso-8859-1");
  EXPECT_EQ(charset_of("text/plain;CHARSET=\"utf-8\"; format=flowed"), "utf-8");
  EXPECT_EQ(charset_of("text/plain; charset=latin1 ;x=y"), "latin1");
  EXPECT_EQ(charset_of("application/json"), "");
  EXPECT_EQ(charset_of("text/plain; charset="), "");
}

TEST(Charset, IsTurnedIntoUtf8) {
  EXPECT_EQ(utf8_from("caf\xe9", "iso-8859-1"), "café");
  EXPECT_EQ(utf8_from("\x80 5", "windows-1252"), "€ 5");
  EXPECT_EQ(utf8_from(std::string_view("\xff\xfeh\0i\0", 6), "utf-16"), "hi");
  EXPECT_EQ(utf8_from(std::string(10'000, '\xe9'), "iso-8859-15")->size(), 20'000u);
}

TEST(Charset, SaysWhichBytesAreNoCharacters) {
  EXPECT_EQ(utf8_from("a\xffz", "us-ascii"), "a\ufffdz");
  EXPECT_EQ(utf8_from("ab\x81", "shift_jis"), "ab\ufffd") << "half a character";
}

TEST(Charset, OfAStrangerIsNotUnderstood) {
  for (const char* charset :
       {"", "klingon", "iso-2022-cn-ext", "utf-7", "latin1//translit", "../latin1", "iso-8859-99"})
    EXPECT_EQ(utf8_from("abc", charset), std::nullopt) << charset;
}

}  // namespace
}  // namespace executus::tools
