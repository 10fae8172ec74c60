#include "base/decimal.hpp"

#include <charconv>
#include <cstdint>

#include <executus/base/json.hpp>

namespace executus {
namespace {

constexpr long kLargestExponent = 1'000'000;

std::string_view digits_at(std::string_view text, std::size_t at) {
  std::size_t end = text.find_first_not_of("0123456789", at);
  return text.substr(at, end == std::string_view::npos ? end : end - at);
}

// Of "e5", "E+5", "e-05"; nothing when it is none.
std::optional<long> exponent_of(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] != 'e' && text[0] != 'E') return std::nullopt;
  text.remove_prefix(text.size() > 1 && text[1] == '+' ? 2 : 1);
  long exponent = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), exponent);
  bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!whole || exponent > kLargestExponent || exponent < -kLargestExponent) return std::nullopt;
  return exponent;
}

Decimal without_outer_zeros(Decimal number) {
  number.digits.erase(0, number.digits.find_first_not_of('0'));
  while (!number.digits.empty() && number.digits.back() == '0') {
    number.digits.pop_back();
    ++number.exponent;
  }
  return number.digits.empty() ? Decimal{} : number;
}

// Where the decimal point stands, counted from before the first digit.
long point_of(const Decimal& number) { return static_cast<long>(number.digits.size()) + number.exponent; }

int compare_magnitudes(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty())
    return static_cast<int>(!a.digits.empty()) - static_cast<int>(!b.digits.empty());
  if (point_of(a) != point_of(b)) return point_of(a) < point_of(b) ? -1 : 1;
  int order = a.digits.compare(b.digits);
  return order < 0 ? -1 : static_cast<int>(order > 0);
}

// digits * 10^zeros modulo `divisor`.
std::uint64_t remainder_of(std::string_view digits, long zeros, std::uint64_t divisor) {
  unsigned __int128 rest = 0;
  for (char digit : digits) rest = (rest * 10 + static_cast<unsigned>(digit - '0')) % divisor;
  for (; zeros > 0 && rest != 0; --zeros) rest = rest * 10 % divisor;
  return static_cast<std::uint64_t>(rest);
}

bool is_less(std::string_view a, std::string_view b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

// Of digits without zeros before them; `a` is not less than `b`.
void subtract(std::string& a, std::string_view b) {
  int borrowed = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    char& digit = a[a.size() - 1 - i];
    int rest = digit - '0' - borrowed - (i < b.size() ? b[b.size() - 1 - i] - '0' : 0);
    borrowed = rest < 0 ? 1 : 0;
    digit = static_cast<char>('0' + rest + 10 * borrowed);
  }
  a.erase(0, a.find_first_not_of('0'));
}

// Whether digits * 10^zeros is a multiple of a number of any length: long division, as by hand.
bool is_long_multiple(std::string_view digits, long zeros, std::string_view divisor) {
  std::string rest;
  auto take_down = [&](char digit) {
    if (!rest.empty() || digit != '0') rest += digit;
    while (!is_less(rest, divisor)) subtract(rest, divisor);
  };
  for (char digit : digits) take_down(digit);
  for (; zeros > 0 && !rest.empty(); --zeros) take_down('0');
  return rest.empty();
}

}  // namespace

std::optional<Decimal> decimal_of(std::string_view literal) {
  Decimal number;
  number.negative = literal.starts_with('-');
  if (number.negative) literal.remove_prefix(1);
  auto whole = digits_at(literal, 0);
  if (whole.empty() && !literal.starts_with(".")) return std::nullopt;
  literal.remove_prefix(whole.size());
  number.digits = whole;
  if (literal.starts_with('.')) {
    auto fraction = digits_at(literal, 1);
    number.digits += fraction;
    number.exponent = -static_cast<long>(fraction.size());
    literal.remove_prefix(1 + fraction.size());
  }
  auto exponent = exponent_of(literal);
  if (!exponent) return std::nullopt;
  number.exponent += *exponent;
  return without_outer_zeros(std::move(number));
}

Decimal decimal_of(const boost::json::value& number) {
  return decimal_of(std::string_view(write_json(number))).value();
}

int compare(const Decimal& a, const Decimal& b) {
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  return a.negative ? compare_magnitudes(b, a) : compare_magnitudes(a, b);
}

bool is_multiple(const Decimal& number, const Decimal& unit) {
  if (number.digits.empty()) return true;
  long zeros = number.exponent - unit.exponent;
  if (zeros < 0) return false;  // its last digit, which is not 0, stands behind all of the unit's
  std::uint64_t divisor = 0;
  auto read = std::from_chars(unit.digits.data(), unit.digits.data() + unit.digits.size(), divisor);
  if (read.ec != std::errc()) return is_long_multiple(number.digits, zeros, unit.digits);
  return remainder_of(number.digits, zeros, divisor) == 0;
}

}  // namespace executus
