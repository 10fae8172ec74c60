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

std::string cost_text(std::optional<NanoDollars> cost) { return cost ? to_string(*cost) : "unknown"; }

}  // namespace executus::llm
