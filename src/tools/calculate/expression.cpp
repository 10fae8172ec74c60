#include "tools/calculate/expression.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "tools/calculate/exact.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kLongest = 2'000;  // bytes
constexpr int kDeepest = 100;
constexpr std::size_t kMostArguments = 100;

// Other signs for the same operations, as people and models write them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSigns{
    {{"**", "^"}, {"×", "*"}, {"·", "*"}, {"÷", "/"}, {"−", "-"}, {"\u00a0", " "}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string with_plain_signs(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    auto sign = std::ranges::find_if(kSigns, [&](const auto& s) { return text.substr(at).starts_with(s.first); });
    plain += sign == kSigns.end() ? text.substr(at, 1) : sign->second;
    at += sign == kSigns.end() ? 1 : sign->first.size();
  }
  return plain;
}

// A recursive descent over the text. Throws Error.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Exact read_all() {
    auto value = sum();
    if (at_ < text_.size()) refuse_rest();
    return value;
  }

 private:
  Exact sum() {
    if (++depth_ > kDeepest) throw wrong("the expression has more than 100 levels of brackets");
    auto value = product();
    for (;;) {
      if (take('+'))
        value = add(value, product());
      else if (take('-'))
        value = subtract(value, product());
      else
        break;
    }
    --depth_;
    return value;
  }

  Exact product() {
    auto value = signed_value();
    for (;;) {
      if (take('*'))
        value = multiply(value, signed_value());
      else if (take('/'))
        value = divide(value, signed_value());
      else
        return value;
    }
  }

  // -2^2 is -(2^2).
  Exact signed_value() {
    bool negative = false;
    for (;;) {
      if (take('-'))
        negative = !negative;
      else if (!take('+'))
        break;
    }
    auto value = power_of();
    return negative ? negated(value) : value;
  }

  Exact power_of() {
    auto base = operand();
    if (!take('^')) return base;
    if (++depth_ > kDeepest) throw wrong("the expression has more than 100 powers of powers");
    auto value = power(base, signed_value());
    --depth_;
    return value;
  }

  Exact operand() {
    skip_blanks();
    if (take('(')) {
      auto value = sum();
      if (!take(')')) refuse_rest("a ')' is missing");
      return value;
    }
    if (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) return number();
    if (at_ < text_.size() && is_letter(text_[at_])) return function();
    refuse_rest("a number is missing");
  }

  Exact number() {
    auto from = at_;
    auto digits = [&] {
      auto begin = at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      return at_ - begin;
    };
    auto whole = digits();
    if (whole > 1 && text_[from] == '0') throw wrong_at(from, "a number does not begin with 0; write no separators");
    std::size_t fraction = 0;
    if (at_ < text_.size() && text_[at_] == '.') ++at_, fraction = digits();
    if (whole + fraction == 0) throw wrong_at(from, "a number is missing");
    auto mantissa = text_.substr(from, at_ - from);
    auto exponent = exponent_of_ten();
    if (at_ < text_.size() && (text_[at_] == '.' || is_letter(text_[at_]))) refuse_rest();
    return decimal(mantissa, exponent);
  }

  // "e-3"; 0 where there is none.
  int exponent_of_ten() {
    auto from = at_;
    if (at_ >= text_.size() || (text_[at_] != 'e' && text_[at_] != 'E')) return 0;
    ++at_;
    bool negative = at_ < text_.size() && text_[at_] == '-';
    if (negative || (at_ < text_.size() && text_[at_] == '+')) ++at_;
    if (at_ >= text_.size() || !is_digit(text_[at_])) return at_ = from, 0;
    int exponent = 0;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      exponent = exponent * 10 + (text_[at_] - '0');
      if (exponent > kLargestExponent) throw wrong_at(from, "the number has too many digits");
    }
    return negative ? -exponent : exponent;
  }

  Exact function() {
    auto from = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    auto name = text_.substr(from, at_ - from);
    if (!is_function(name)) throw unknown_name(from, name);
    if (!take('(')) refuse_rest("a '(' is missing");
    std::vector<Exact> arguments;
    do {
      if (arguments.size() == kMostArguments) throw wrong_at(from, "there are more than 100 arguments");
      arguments.push_back(sum());
    } while (take(','));
    if (!take(')')) refuse_rest("a ')' is missing");
    return call(name, arguments);
  }

  bool take(char sign) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != sign) return false;
    ++at_;
    skip_blanks();
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  Error wrong_at(std::size_t at, std::string_view what) const {
    return wrong(std::string(what) + ", at character " + std::to_string(at + 1) + ": '" +
                 std::string(clip(text_.substr(at), 20)) + "'");
  }
  Error unknown_name(std::size_t at, std::string_view name) const {
    return wrong_at(at, "'" + std::string(clip(name, 20)) +
                            "' is no function of this calculator, and units are not understood: give numbers alone, in "
                            "one unit; there are abs, ceil, floor, max, min, mod and round");
  }

  [[noreturn]] void refuse_rest(std::string_view otherwise = "an operator is missing") {
    skip_blanks();
    if (at_ >= text_.size()) throw wrong(std::string(otherwise) + " at the end");
    char next = text_[at_];
    if (next == ',') throw wrong_at(at_, "',' stands between arguments only; write numbers without separators");
    if (next == '%')
      throw wrong_at(at_, "'%' can mean two things: write mod(a, b) for a remainder, or a / 100 for a percentage");
    if (is_letter(next)) {
      auto end = at_;
      while (end < text_.size() && is_letter(text_[end])) ++end;
      throw unknown_name(at_, text_.substr(at_, end - at_));
    }
    throw wrong_at(at_, otherwise);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<std::string> calculate(std::string_view expression) {
  try {
    if (expression.size() > kLongest) throw wrong("the expression has more than 2000 bytes: calculate it in parts");
    auto plain = with_plain_signs(expression);
    return shown(Reader(plain).read_all());
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace executus::tools
