#include "base/yaml/yaml_scalar.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>

#include "base/decimal.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

namespace json = boost::json;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (std::string_view word : words)
    if (text == word) return true;
  return false;
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_float(std::string_view text) {
  text = without_sign(text);
  std::size_t e = text.find_first_of("eE");
  if (e != std::string_view::npos && !all_digits(without_sign(text.substr(e + 1)))) return false;
  text = text.substr(0, e);
  std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  if (whole.empty()) return all_digits(fraction);
  return all_digits(whole) && (fraction.empty() || all_digits(fraction));
}

bool has_leading_zero(std::string_view text) {
  text = without_sign(text);
  return text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

Error unsayable(std::string_view text, const char* why) {
  return failed("yaml.malformed", "'" + std::string(clip(text, 40)) + "' " + why + "; quote it if text is meant");
}

Result<json::value> integer_value(std::string_view text, std::string_view digits, int base) {
  std::uint64_t magnitude = 0;
  auto read = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  bool negative = text.starts_with('-');
  if (read.ec != std::errc() || (negative && magnitude > largest + 1))
    return unsayable(text, "is an integer of more than 64 bits");
  if (negative) return json::value(static_cast<std::int64_t>(0 - magnitude));
  if (magnitude <= largest) return json::value(static_cast<std::int64_t>(magnitude));
  return json::value(magnitude);
}

Result<json::value> float_value(std::string_view text) {
  std::string_view unsigned_text = text.starts_with('+') ? text.substr(1) : text;
  double number = 0;
  auto read = std::from_chars(unsigned_text.data(), unsigned_text.data() + unsigned_text.size(), number);
  if (read.ec != std::errc()) return unsayable(text, "is a number out of range");
  if (std::abs(number) >= kFirstInexact && decimal_of(json::value(number)) != decimal_of(unsigned_text))
    return unsayable(text, "has more digits than a number here can keep");
  return json::value(number);
}

bool is_based_integer(std::string_view text, std::string_view prefix, std::string_view digits) {
  return text.size() > 2 && text.starts_with(prefix) && text.find_first_not_of(digits, 2) == std::string_view::npos;
}

}  // namespace

Result<json::value> plain_yaml_scalar(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return json::value(nullptr);
  if (is_one_of(text, {"true", "True", "TRUE"})) return json::value(true);
  if (is_one_of(text, {"false", "False", "FALSE"})) return json::value(false);
  if (is_one_of(without_sign(text), {".inf", ".Inf", ".INF"}) || is_one_of(text, {".nan", ".NaN", ".NAN"}))
    return unsayable(text, "is no number that JSON knows");
  if (is_based_integer(text, "0x", "0123456789abcdefABCDEF")) return integer_value(text, text.substr(2), 16);
  if (is_based_integer(text, "0o", "01234567")) return integer_value(text, text.substr(2), 8);
  if (!has_leading_zero(text)) {
    if (all_digits(without_sign(text))) return integer_value(text, without_sign(text), 10);
    if (is_float(text)) return float_value(text);
  }
  return json::value(json::string(text));
}

}  // namespace executus
