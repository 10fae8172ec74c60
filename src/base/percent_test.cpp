#include "base/percent.hpp"

#include <gtest/gtest.h>

namespace executus {
namespace {

TEST(PercentEncoded, KeepsLettersDigitsAndWhatItIsTold) {
  EXPECT_EQ(percent_encoded("azAZ09", ""), "azAZ09");
  EXPECT_EQ(percent_encoded("a/b.c~d", "/."), "a/b.c%7Ed");
  EXPECT_EQ(percent_encoded("", "/"), "");
}

TEST(PercentEncoded, EncodesEveryByteOfTheRest) {
  EXPECT_EQ(percent_encoded("a b%\xC3\xA4", ""), "a%20b%25%C3%A4");
  EXPECT_EQ(percent_encoded(std::string_view("\0\x7f\xff", 3), ""), "%00%7F%FF");
}

}  // namespace
}  // namespace executus
