#include "tools/calculate/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string value_of(std::string_view expression) {
  auto value = calculate(expression);
  return value.ok() ? *value : "error: " + value.error().message();
}

TEST(Calculate, IsExact) {  // [TLS-16]
  const std::pair<const char*, const char*> cases[]{
      {"0.1 + 0.2", "0.3"},
      {"1 - 0.9", "0.1"},
      {"2 + 3 * 4", "14"},
      {"(2 + 3) * 4", "20"},
      {"7 / 8", "0.875"},
      {"1/3*3", "1"},
      {"-2^2", "-4"},
      {"2^3^2", "512"},
      {"2^-2", "0.25"},
      {"0^0", "1"},
      {"(-1)^1000001", "-1"},
      {"--5", "5"},
      {"1.50", "1.5"},
      {"100", "100"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1e3 + 2.5E-1", "1000.25"},
      {"0.000", "0"},
      {"2 × 3 ÷ 4 − 1", "0.5"},
      {"2**10", "1024"},
      {"12345678901234567890 * 98765432109876543210", "1219326311370217952237463801111263526900"},
      {"abs(-3)", "3"},
      {"floor(-1.5)", "-2"},
      {"ceil(-1.5)", "-1"},
      {"floor(-2)", "-2"},
      {"max(1, 2.5, -3)", "2.5"},
      {"min(1, 2.5, -3)", "-3"},
      {"mod(7, 3)", "1"},
      {"mod(-7, 3)", "2"},
      {"mod(5.5, 2)", "1.5"},
      {"round(2.5)", "3"},
      {"round(-2.5)", "-3"},
      {"round(1.005, 2)", "1.01"},
      {"round(1/3, 4)", "0.3333"},
  };
  for (const auto& [expression, value] : cases) EXPECT_EQ(value_of(expression), value) << expression;
}

TEST(Calculate, SaysWhereItRounds) {  // [TLS-16]
  EXPECT_EQ(value_of("2/3"), "0.6666666666666666666666666666666666666667 (rounded; exactly 2/3)");
  EXPECT_THAT(value_of("-1/3e30"), StartsWith("-0." + std::string(30, '0') + std::string(39, '3')));
}

TEST(Calculate, RefusesWhatItDoesNotUnderstand) {  // [TLS-16]
  const std::pair<const char*, const char*> cases[]{
      {"", "a number is missing at the end"},
      {"1 +", "a number is missing at the end"},
      {"1 2", "an operator is missing, at character 3"},
      {"5 kg", "units are not understood"},
      {"5kg + 3", "'kg' is no function"},
      {"10 €", "units are not understood"},
      {"$5", "a number is missing, at character 1"},
      {"1,000 + 1", "without separators"},
      {"max(1,000)", "does not begin with 0"},
      {"010", "does not begin with 0"},
      {"10%", "'%' can mean two things"},
      {"1.2.3", "an operator is missing"},
      {"(1", "a ')' is missing"},
      {"1)", "an operator is missing"},
      {"1/0", "division by zero"},
      {"mod(1, 0)", "division by zero"},
      {"0^-1", "division by zero"},
      {"2^0.5", "has to be a whole number"},
      {"sqrt(4)", "'sqrt' is no function"},
      {"max()", "a number is missing"},
      {"abs(1, 2)", "does not take 2 arguments"},
      {"round(1, -1)", "from 0 to 1000"},
      {"system(1)", "is no function"},
  };
  for (const auto& [expression, why] : cases) EXPECT_THAT(value_of(expression), HasSubstr(why)) << expression;
}

TEST(Calculate, TakesBoundedTime) {  // [TLS-16]
  EXPECT_THAT(value_of("9^9^9"), HasSubstr("more than 1200 digits"));
  EXPECT_THAT(value_of("2^100000000000000000000"), HasSubstr("more than 1200 digits"));
  EXPECT_THAT(value_of("1e999999999999"), HasSubstr("too many digits"));
  EXPECT_THAT(value_of(std::string(1'000, '(')), HasSubstr("100 levels"));
  EXPECT_THAT(value_of(std::string(1'000, '-') + "1"), HasSubstr("1"));
  EXPECT_THAT(value_of(std::string(3'000, '1')), HasSubstr("more than 2000 bytes"));
  std::string powers = "1";
  for (int i = 0; i < 500; ++i) powers += "^1";
  EXPECT_THAT(value_of(powers), HasSubstr("100 powers"));
}

}  // namespace
}  // namespace executus::tools
