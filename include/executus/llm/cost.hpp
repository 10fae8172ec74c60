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

}  // namespace executus::llm
