// What runs spend, and how much of it they may: values. The port is executus/run/budget.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>
#include <executus/llm/cost.hpp>

namespace executus {

// Sums and differences stop at the largest and the smallest number.
struct Amounts {
  Milliseconds time{0};     // owned and running
  std::int64_t tokens = 0;  // read and written
  llm::NanoDollars cost;

  Amounts& operator+=(const Amounts& other) noexcept;
  Amounts& operator-=(const Amounts& other) noexcept;
  bool operator==(const Amounts&) const = default;
};
[[nodiscard]] inline Amounts operator+(Amounts a, const Amounts& b) noexcept { return a += b; }
[[nodiscard]] inline Amounts operator-(Amounts a, const Amounts& b) noexcept { return a -= b; }

// A limit that is not there does not limit; one of 0 lets nothing through.
struct SpendingLimits {
  std::optional<Milliseconds> time = {};
  std::optional<std::int64_t> tokens = {};
  std::optional<llm::NanoDollars> cost = {};
  [[nodiscard]] bool any() const noexcept { return time || tokens || cost; }
  bool operator==(const SpendingLimits&) const = default;
};

// What becomes of a run when nothing is left (frozen names). stop: it ends. park: it waits until the limit is raised,
// or the window has moved on. tier: it goes on with the model of a tier, which is not limited by this any more.
enum class OnBreach { stop, park, tier };

// How a limit holds, beside its amounts.
struct BreachPolicy {
  OnBreach on_breach = OnBreach::stop;
  std::string tier = {};  // of OnBreach::tier
  bool operator==(const BreachPolicy&) const = default;
};

// Of an agent: for each run of it with all runs below.
struct AgentBudget {
  SpendingLimits limits = {};
  BreachPolicy policy = {};
  bool operator==(const AgentBudget&) const = default;
};

[[nodiscard]] std::string_view to_string(OnBreach policy);
[[nodiscard]] std::optional<OnBreach> parse_on_breach(std::string_view name);

// Of numbers that people write. Error budget.amount: not a number, infinite, negative, or more than 100 years or a
// thousand million dollars.
[[nodiscard]] Result<Milliseconds> spendable_seconds(double seconds);
[[nodiscard]] Result<llm::NanoDollars> spendable_dollars(double dollars);
[[nodiscard]] Result<std::int64_t> spendable_tokens(double tokens);

}  // namespace executus
