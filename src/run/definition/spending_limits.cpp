#include <cmath>
#include <limits>
#include <sstream>

#include <executus/run/spending_limits.hpp>

#include "base/named.hpp"

namespace executus {
namespace {

constexpr double kMostSeconds = 100.0 * 366 * 24 * 3600;
constexpr double kMostDollars = 1e9;
constexpr double kMostTokens = 1e15;

std::int64_t sum(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t result = 0;
  if (!__builtin_add_overflow(a, b, &result)) return result;
  return a < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

std::int64_t difference(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t result = 0;
  if (!__builtin_sub_overflow(a, b, &result)) return result;
  return a < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}

// `number` in units of which `scale` make one of what a person writes.
Result<std::int64_t> spendable(double number, double most, double scale, const char* what) {
  if (std::isfinite(number) && number >= 0 && number <= most)
    return static_cast<std::int64_t>(std::llround(number * scale));
  std::ostringstream text;
  text << "a budget of " << number << " " << what << " is none; give a number from 0 to " << most;
  return failed("budget.amount", text.str());
}

}  // namespace

Amounts& Amounts::operator+=(const Amounts& other) noexcept {
  time = Milliseconds(sum(time.count(), other.time.count()));
  tokens = sum(tokens, other.tokens);
  cost += other.cost;
  return *this;
}

Amounts& Amounts::operator-=(const Amounts& other) noexcept {
  time = Milliseconds(difference(time.count(), other.time.count()));
  tokens = difference(tokens, other.tokens);
  cost.count = difference(cost.count, other.cost.count);
  return *this;
}

std::string_view to_string(OnBreach policy) {
  switch (policy) {
    case OnBreach::park:
      return "park";
    case OnBreach::tier:
      return "tier";
    case OnBreach::stop:
      break;
  }
  return "stop";
}

std::optional<OnBreach> parse_on_breach(std::string_view name) {
  return find_named(name, {OnBreach::stop, OnBreach::park, OnBreach::tier});
}

Result<Milliseconds> spendable_seconds(double seconds) {
  auto count = spendable(seconds, kMostSeconds, 1'000, "seconds");
  if (!count) return count.error();
  return Milliseconds(*count);
}

Result<llm::NanoDollars> spendable_dollars(double dollars) {
  auto count = spendable(dollars, kMostDollars, 1e9, "dollars");
  if (!count) return count.error();
  return llm::NanoDollars{*count};
}

Result<std::int64_t> spendable_tokens(double tokens) {
  if (std::isfinite(tokens) && tokens != std::trunc(tokens)) {
    std::ostringstream text;
    text << "a budget of " << tokens << " tokens is none; give a whole number";
    return failed("budget.amount", text.str());
  }
  return spendable(tokens, kMostTokens, 1, "tokens");
}

}  // namespace executus
