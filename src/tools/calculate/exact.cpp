#include "tools/calculate/exact.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace executus::tools {
namespace {

using Whole = boost::multiprecision::cpp_int;
using boost::multiprecision::denominator;
using boost::multiprecision::numerator;

constexpr int kDigits = 40;  // of a value that is no decimal
constexpr std::size_t kLongestFraction = 200;
constexpr int kMostPlaces = 1'000;  // that can be asked of round()

constexpr std::array<std::string_view, 7> kFunctions{"abs", "ceil", "floor", "max", "min", "mod", "round"};

unsigned bits_of(const Whole& whole) { return whole == 0 ? 0 : msb(abs(whole)) + 1; }
unsigned bits_of(const Exact& value) { return std::max(bits_of(numerator(value)), bits_of(denominator(value))); }

Error too_long() { return wrong("a number on the way has more than 1200 digits"); }

Exact bounded(Exact value) {
  if (bits_of(value) > kMostBits) throw too_long();
  return value;
}

// A fraction, as both sides of every division here: Boost 1.81 divides a fraction by a whole number wrongly.
Exact ten_to(int exponent) { return Exact(pow(Whole(10), static_cast<unsigned>(exponent))); }

Whole floor_of(const Exact& value) {
  Whole quotient = numerator(value) / denominator(value);
  bool below = numerator(value) < 0 && numerator(value) % denominator(value) != 0;
  return below ? quotient - 1 : quotient;
}

bool is_whole(const Exact& value) { return denominator(value) == 1; }

// Halves away from zero.
Exact rounded(const Exact& value, int places) {
  Exact scaled = abs(value) * ten_to(places) + Exact(1, 2);
  Exact whole = Exact(floor_of(scaled)) / ten_to(places);
  return value < 0 ? Exact(-whole) : whole;
}

int places_of(const Exact& value) {
  if (!is_whole(value) || value < 0 || value > kMostPlaces)
    throw wrong("round(a, places) takes a whole number of places from 0 to 1000");
  return numerator(value).convert_to<int>();
}

// How many decimals it has; nothing: no end of them.
std::optional<int> decimals_of(const Exact& value) {
  Whole rest = denominator(value);
  int twos = 0, fives = 0;
  for (; rest % 2 == 0; rest /= 2) ++twos;
  for (; rest % 5 == 0; rest /= 5) ++fives;
  return rest == 1 ? std::optional(std::max(twos, fives)) : std::nullopt;
}

// With so many decimals, without zeros at the end. Precondition: it has no more.
std::string with_decimals(const Exact& value, int decimals) {
  std::string digits = numerator(Exact(abs(value) * ten_to(decimals))).str();
  auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - places, ".");
  while (places > 0 && digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return value < 0 ? "-" + digits : digits;
}

// So many decimals that kDigits digits are shown that are not zeros in front.
int decimals_for(const Exact& value) {
  auto bits = static_cast<int>(bits_of(denominator(value))) - static_cast<int>(bits_of(numerator(value)));
  int zeros = bits > 0 ? bits * 30'103 / 100'000 : 0;
  return kDigits + zeros;
}

void require_arguments(std::string_view name, std::size_t given, std::size_t least, std::size_t most) {
  if (given >= least && given <= most) return;
  throw wrong(std::string(name) + "() does not take " + std::to_string(given) +
              (given == 1 ? " argument" : " arguments"));
}

}  // namespace

Error wrong(std::string what) { return failed("calculate.expression", std::move(what)); }

Exact decimal(std::string_view mantissa, int exponent) {
  std::string digits(mantissa);
  auto point = digits.find('.');
  if (point != std::string::npos) {
    exponent -= static_cast<int>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));  // a leading 0 would mean octal
  if (exponent < -2 * kLargestExponent || digits.size() > 2'000) throw too_long();
  Exact value{Whole(digits)};
  return bounded(exponent < 0 ? Exact(value / ten_to(-exponent)) : Exact(value * ten_to(exponent)));
}

Exact add(const Exact& a, const Exact& b) { return bounded(a + b); }
Exact subtract(const Exact& a, const Exact& b) { return bounded(a - b); }
Exact multiply(const Exact& a, const Exact& b) { return bounded(a * b); }
Exact negated(const Exact& a) { return -a; }

Exact divide(const Exact& a, const Exact& b) {
  if (b == 0) throw wrong("a division by zero");
  return bounded(a / b);
}

Exact power(const Exact& base, const Exact& exponent) {
  if (!is_whole(exponent)) throw wrong("an exponent has to be a whole number");
  if (base == 0 && exponent < 0) throw wrong("a division by zero: 0 to a negative power");
  if (base == 0 || base == 1) return exponent == 0 ? Exact(1) : base;
  if (base == -1) return numerator(exponent) % 2 == 0 ? Exact(1) : base;
  if (abs(exponent) > kMostBits || abs(exponent) * (bits_of(base) - 1) > kMostBits) throw too_long();
  auto times = numerator(Exact(abs(exponent))).convert_to<unsigned>();
  Exact raised(pow(Whole(numerator(base)), times), pow(Whole(denominator(base)), times));
  return bounded(exponent < 0 ? divide(Exact(1), raised) : raised);
}

bool is_function(std::string_view name) { return std::ranges::find(kFunctions, name) != kFunctions.end(); }

Exact call(std::string_view name, const std::vector<Exact>& arguments) {
  const auto& first = arguments.front();
  bool many = name == "max" || name == "min", two = name == "mod";
  require_arguments(name, arguments.size(), two ? 2 : 1, many ? arguments.size() : name == "round" || two ? 2 : 1);
  if (name == "abs") return abs(first);
  if (name == "floor") return Exact(floor_of(first));
  if (name == "ceil") return Exact(-floor_of(Exact(-first)));
  if (name == "max") return *std::ranges::max_element(arguments);
  if (name == "min") return *std::ranges::min_element(arguments);
  if (name == "round") return bounded(rounded(first, arguments.size() == 2 ? places_of(arguments[1]) : 0));
  if (arguments[1] == 0) throw wrong("a division by zero: mod(a, 0)");
  return bounded(first - arguments[1] * Exact(floor_of(Exact(first / arguments[1]))));
}

std::string shown(const Exact& value) {
  if (auto decimals = decimals_of(value)) return with_decimals(value, *decimals);
  int decimals = decimals_for(value);
  std::string text = with_decimals(rounded(value, decimals), decimals) + " (rounded";
  std::string fraction = value.str();
  return text + (fraction.size() <= kLongestFraction ? "; exactly " + fraction + ")" : ")");
}

}  // namespace executus::tools
