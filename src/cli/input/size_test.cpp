#include "cli/input/size.hpp"

#include <gtest/gtest.h>

namespace executus::cli {
namespace {

TEST(Size, IsReadWithItsUnit) {
  EXPECT_EQ(parse_size("0"), 0);
  EXPECT_EQ(parse_size("500000"), 500'000);
  EXPECT_EQ(parse_size("64K"), 65'536);
  EXPECT_EQ(parse_size("3M"), 3 << 20);
  EXPECT_EQ(parse_size("2G"), std::uint64_t{2} << 30);
}

TEST(Size, IsNothingElse) {
  for (const char* text : {"", "G", "-1", "1.5G", "2g", "2GB", "1 G", "99999999999G", "99999999999999999999"})
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

}  // namespace
}  // namespace executus::cli
