// Numbers as fractions of whole numbers, and what a calculator does with them. Throw Error calculate.expression for
// what has no value, or one of more than kMostBits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

#include <executus/base/error.hpp>

namespace executus::tools {

using Exact = boost::multiprecision::cpp_rational;

inline constexpr unsigned kMostBits = 4'096;    // of numerator and denominator: some 1,200 digits
inline constexpr int kLargestExponent = 1'200;  // of ten

[[nodiscard]] Error wrong(std::string what);

// "12.50" and 3: 12500. Precondition: digits, with at most one point.
[[nodiscard]] Exact decimal(std::string_view mantissa, int exponent);

[[nodiscard]] Exact add(const Exact& a, const Exact& b);
[[nodiscard]] Exact subtract(const Exact& a, const Exact& b);
[[nodiscard]] Exact multiply(const Exact& a, const Exact& b);
[[nodiscard]] Exact divide(const Exact& a, const Exact& b);
[[nodiscard]] Exact power(const Exact& base, const Exact& exponent);
[[nodiscard]] Exact negated(const Exact& a);

[[nodiscard]] bool is_function(std::string_view name);
[[nodiscard]] Exact call(std::string_view name, const std::vector<Exact>& arguments);

// As calculate() (expression.hpp) shows it.
[[nodiscard]] std::string shown(const Exact& value);

}  // namespace executus::tools
