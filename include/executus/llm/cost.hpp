// What model calls cost: whole nano-dollars, so that sums over millions of calls are exact.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace executus::llm {

// 1'000'000'000 are one US dollar. Sums stop at the largest number instead of wrapping around.
struct NanoDollars {
  std::int64_t count = 0;

  NanoDollars& operator+=(NanoDollars other) noexcept;
  auto operator<=>(const NanoDollars&) const = default;
};

// Exact, two digits at least: "$12.50", "$0.0105", "$0.000000001".
[[nodiscard]] std::string to_string(NanoDollars cost);

// The same; "unknown" for a cost that is not known, never "$0.00".
[[nodiscard]] std::string cost_text(std::optional<NanoDollars> cost);

// In millionths of a dollar, rounded to the nearest.
[[nodiscard]] std::int64_t micro_dollars(NanoDollars cost) noexcept;

// What several calls cost. One call without a known cost makes the whole unknown: `known` is then a part of it, never
// to be shown as all of it.
struct CostSum {
  NanoDollars known;
  std::int64_t unpriced = 0;  // calls whose cost is not known

  CostSum& operator+=(std::optional<NanoDollars> cost) noexcept;  // one call more; nothing: not known
  CostSum& operator+=(const CostSum& other) noexcept;
  [[nodiscard]] std::optional<NanoDollars> total() const noexcept {
    return unpriced > 0 ? std::nullopt : std::optional(known);
  }
  bool operator==(const CostSum&) const = default;
};

}  // namespace executus::llm
