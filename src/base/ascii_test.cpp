#include "base/ascii.hpp"

#include <gtest/gtest.h>

namespace executus {
namespace {

TEST(Lowered, ChangesCapitalsOfAsciiAlone) {
  EXPECT_EQ(lowered("Content-TYPE [@`{Z]"), "content-type [@`{z]");
  EXPECT_EQ(lowered("\xC3\x84 \xC9"), "\xC3\x84 \xC9") << "bytes above 127 stay";
  EXPECT_EQ(lowered(""), "");
}

TEST(EqualsIgnoringCase, ComparesAllOfBoth) {
  EXPECT_TRUE(equals_ignoring_case("X-Api-Key", "x-api-KEY"));
  EXPECT_FALSE(equals_ignoring_case("X-Api", "X-Api-Key"));
  EXPECT_FALSE(equals_ignoring_case("[", "{")) << "they differ in the bit that small letters have";
  EXPECT_FALSE(equals_ignoring_case("\xC4", "\xE4"));
}

TEST(AsciiKinds, HoldTheirBytesAndNoOthers) {
  int letters = 0, digits = 0, both = 0;
  for (int byte = 0; byte < 256; ++byte) {
    char c = static_cast<char>(byte);
    letters += is_ascii_letter(c), digits += is_ascii_digit(c), both += is_ascii_alphanumeric(c);
  }
  EXPECT_EQ(letters, 52);
  EXPECT_EQ(digits, 10);
  EXPECT_EQ(both, 62);
  EXPECT_TRUE(is_ascii_letter('a') && is_ascii_letter('z') && is_ascii_letter('A') && is_ascii_letter('Z'));
  EXPECT_TRUE(is_ascii_digit('0') && is_ascii_digit('9'));
}

}  // namespace
}  // namespace executus
