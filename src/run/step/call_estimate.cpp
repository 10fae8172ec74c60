#include "run/step/call_estimate.hpp"

#include <algorithm>

#include <executus/llm/spec.hpp>

#include "llm/chain/paced_model.hpp"

namespace executus::run {
namespace {

constexpr std::int64_t kBytesOfToken = 4;

PricedTarget target_at(std::string_view text) {
  auto spec = llm::parse_spec(text);
  if (!spec) return {std::string(text), {}};
  return {llm::target_of(*spec), spec->parameters.max_output_tokens};
}

int longest_answer(const llm::Request& request, const PricedTarget& target) {
  auto limit = request.max_output_tokens ? request.max_output_tokens : target.max_output_tokens;
  return std::min(limit.value_or(kLongestHeldAnswer), kLongestHeldAnswer);
}

// The dearest of the targets whose price is known counts.
void add_target(CallEstimate& whole, const std::string& target, std::int64_t answer, llm::ModelResolver& prices,
                WallTime now) {
  whole.amounts.tokens = std::max(whole.amounts.tokens, whole.input + answer);
  auto cost = prices.cost(target, {whole.input, answer, 0, 0, 0}, now);
  if (cost)
    whole.amounts.cost = std::max(whole.amounts.cost, *cost);
  else
    whole.unpriced = target;
}

}  // namespace

std::vector<PricedTarget> targets_of(std::string_view spec) {
  std::vector<PricedTarget> targets;
  while (!spec.empty()) {
    auto comma = spec.find(',');
    targets.push_back(target_at(spec.substr(0, comma)));
    spec = comma == std::string_view::npos ? "" : spec.substr(comma + 1);
  }
  return targets;
}

CallEstimate estimate(const llm::Request& request, const std::vector<PricedTarget>& targets, llm::ModelResolver& prices,
                      WallTime now) {
  CallEstimate whole;
  whole.input = std::max<std::int64_t>(1, llm::estimated_input(request));
  for (const auto& target : targets) add_target(whole, target.target, longest_answer(request, target), prices, now);
  return whole;
}

Amounts estimate_of_part(const CallEstimate& whole, std::int64_t bytes, const std::vector<PricedTarget>& targets,
                         llm::ModelResolver& prices, WallTime now) {
  CallEstimate part;
  part.input = whole.input;
  for (const auto& target : targets) add_target(part, target.target, bytes / kBytesOfToken, prices, now);
  return part.amounts;
}

}  // namespace executus::run
