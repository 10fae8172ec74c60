#include <limits>

#include <executus/llm/cost.hpp>

namespace executus::llm {

NanoDollars& NanoDollars::operator+=(NanoDollars other) noexcept {
  if (__builtin_add_overflow(count, other.count, &count))
    count = other.count < 0 ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
  return *this;
}

std::string to_string(NanoDollars cost) {
  constexpr std::uint64_t dollar = 1'000'000'000;
  auto size = cost.count < 0 ? 0 - static_cast<std::uint64_t>(cost.count) : static_cast<std::uint64_t>(cost.count);
  std::string fraction = std::to_string(dollar + size % dollar).substr(1);
  while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
  return (cost.count < 0 ? "-$" : "$") + std::to_string(size / dollar) + "." + fraction;
}

CostSum& CostSum::operator+=(std::optional<NanoDollars> cost) noexcept {
  if (cost)
    known += *cost;
  else
    ++unpriced;
  return *this;
}

CostSum& CostSum::operator+=(const CostSum& other) noexcept {
  known += other.known;
  unpriced += other.unpriced;
  return *this;
}

std::int64_t micro_dollars(NanoDollars cost) noexcept {
  auto rest = cost.count % 1'000;
  return cost.count / 1'000 + (rest >= 500 ? 1 : rest <= -500 ? -1 : 0);
}

std::string cost_text(std::optional<NanoDollars> cost) { return cost ? to_string(*cost) : "unknown"; }

}  // namespace executus::llm
