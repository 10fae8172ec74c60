#include "critic/effective.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <utility>

namespace executus::critic {
namespace {

constexpr Milliseconds kLongest = std::chrono::hours(24) * 36500;  // as the longest duration a file may name

Milliseconds room_for_time(const journal::CriticState& so_far) {
  return kLongest - std::clamp(so_far.extended, Milliseconds{0}, kLongest);
}

int room_for_steps(const journal::CriticState& so_far, int base_steps) {
  const auto given = std::int64_t{std::max(so_far.steps_raised, 0)} + std::max(base_steps, 0);
  return static_cast<int>(std::max(std::int64_t{0}, std::numeric_limits<int>::max() - given));
}

}  // namespace

CriticDecision effective(CriticDecision decision, const journal::CriticState& so_far, int base_steps) {
  if (decision.kill) {
    CriticDecision kill;
    kill.kill = true;
    kill.reason = decision.reason.empty() ? "the critic gave no reason" : std::move(decision.reason);
    kill.usage = decision.usage;
    kill.cost = decision.cost;
    return kill;
  }
  decision.extend_by = std::clamp(decision.extend_by, Milliseconds{0}, room_for_time(so_far));
  decision.raise_steps_by = std::clamp(decision.raise_steps_by, 0, room_for_steps(so_far, base_steps));
  return decision;
}

CriticDecision outdated(CriticDecision decision) {
  if (decision.kill) {
    CriticDecision cost;
    cost.reason = "the run moved on while it was decided about";
    cost.usage = decision.usage;
    cost.cost = decision.cost;
    return cost;
  }
  decision.nudge.clear();
  return decision;
}

bool is_empty(const CriticDecision& decision) {
  return !decision.kill && decision.nudge.empty() && decision.extend_by.count() == 0 && decision.raise_steps_by == 0 &&
         decision.usage == llm::Usage{};
}

void count(journal::CriticState& so_far, const CriticDecision& decision) {
  so_far.extended += decision.extend_by;
  if (decision.extend_by.count() > 0) ++so_far.extensions;
  so_far.steps_raised += decision.raise_steps_by;
  if (!decision.kill) return;
  so_far.killed = true;
  so_far.kill_reason = decision.reason;
}

}  // namespace executus::critic
