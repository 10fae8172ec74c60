#include "base/decimal.hpp"

#include <gtest/gtest.h>

namespace executus {
namespace {

Decimal number(std::string_view literal) { return decimal_of(literal).value(); }

TEST(Decimal, IsTheSameHoweverItIsWritten) {
  EXPECT_EQ(number("1.50"), number("15e-1"));
  EXPECT_EQ(number("-0.0"), Decimal{});
  EXPECT_EQ(number("1E+22"), number("10000000000000000000000"));
  EXPECT_NE(number("12345678901234567.89"), number("12345678901234568"));
  EXPECT_EQ(decimal_of(boost::json::value(0.1)), number("0.1"));
  for (const char* bad : {"", "-", "x", "1x", "1e", "1e99999999999999999999"})
    EXPECT_FALSE(decimal_of(std::string_view(bad))) << bad;
}

TEST(Decimal, ComparesExactly) {
  EXPECT_EQ(compare(number("9007199254740993"), number("9007199254740992.0")), 1);
  EXPECT_EQ(compare(number("0.3"), number("0.30")), 0);
  EXPECT_EQ(compare(number("-2"), number("-1")), -1);
  EXPECT_EQ(compare(number("-1"), number("1e-9")), -1);
  EXPECT_EQ(compare(number("0"), number("0.001")), -1);
  EXPECT_EQ(compare(number("0"), number("-0.001")), 1);
  EXPECT_EQ(compare(number("100"), number("99")), 1);
  EXPECT_EQ(compare(number("12"), number("123")), -1);
}

TEST(Decimal, KnowsMultiplesOfFractions) {
  EXPECT_TRUE(is_multiple(number("0.3"), number("0.1")));
  EXPECT_TRUE(is_multiple(number("19.99"), number("0.01")));
  EXPECT_TRUE(is_multiple(number("1e308"), number("0.5")));
  EXPECT_TRUE(is_multiple(number("0"), number("7")));
  EXPECT_TRUE(is_multiple(number("-14"), number("7")));
  EXPECT_TRUE(is_multiple(number("3"), number("1.5")));
  EXPECT_FALSE(is_multiple(number("0.35"), number("0.1")));
  EXPECT_FALSE(is_multiple(number("7"), number("5")));
  EXPECT_FALSE(is_multiple(number("1e-300"), number("3")));
  EXPECT_FALSE(is_multiple(number("9007199254740993"), number("2")));
}

TEST(Decimal, KnowsMultiplesOfLongNumbers) {
  EXPECT_TRUE(is_multiple(number("37037036703703703670369"), number("12345678901234567890123")));
  EXPECT_FALSE(is_multiple(number("37037036703703703670370"), number("12345678901234567890123")));
  EXPECT_TRUE(is_multiple(number("1234567890123456789012.3e5"), number("12345678901234567890123")));
  EXPECT_FALSE(is_multiple(number("1234567890123456789012.3"), number("12345678901234567890123")));
  EXPECT_TRUE(is_multiple(number("-1e40"), number("10000000000000000000000")));
  EXPECT_TRUE(is_multiple(number("9999999999999999999999999999.5"), number("0.5")));
  EXPECT_FALSE(is_multiple(number("0.5"), number("1e20")));
  EXPECT_TRUE(is_multiple(number("30000000000000000.0000000003"), number("10000000000000000.0000000001")));
}

}  // namespace
}  // namespace executus
