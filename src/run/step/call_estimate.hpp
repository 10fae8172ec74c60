// What a model call may use, before it is made, and what one used that told nothing of it. Pure but for prices.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <executus/llm/model.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/run/spending_limits.hpp>

namespace executus::run {

// An answer is taken to be no longer than this, in tokens, or than its request or model allows when that is less.
inline constexpr int kLongestHeldAnswer = 4'000;

// A model that a request may go to: one of a chain.
struct PricedTarget {
  std::string target;  // "provider/model"
  std::optional<int> max_output_tokens = {};
};
// Of a spec as resolvers give it, which may be a chain. One that cannot be read is a target as it stands.
[[nodiscard]] std::vector<PricedTarget> targets_of(std::string_view spec);

struct CallEstimate {
  std::int64_t input = 0;
  Amounts amounts = {};       // at most, whichever target answers; the cost of those whose price is known
  std::string unpriced = {};  // a target whose price is not known; empty: none
};
[[nodiscard]] CallEstimate estimate(const llm::Request& request, const std::vector<PricedTarget>& targets,
                                    llm::ModelResolver& prices, WallTime now);

// Of a call that got so many bytes of an answer.
[[nodiscard]] Amounts estimate_of_part(const CallEstimate& whole, std::int64_t bytes,
                                       const std::vector<PricedTarget>& targets, llm::ModelResolver& prices,
                                       WallTime now);

}  // namespace executus::run
