// In which order the open calls of a batch run. Pure.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include <executus/llm/conversation.hpp>

namespace executus::run {

using CallGroup = std::vector<llm::CallPosition>;  // run side by side when there are several

struct BatchPlan {
  std::vector<CallGroup> leftover;  // may have been sent before a crash; settled first, whatever came of the others
  std::vector<CallGroup> in_turn;   // one group after the other; none when the one before left something open
};

// Adjacent calls that may run side by side form a group; every other call is one of its own.
[[nodiscard]] BatchPlan plan_batch(std::span<const llm::CallRecord> open,
                                   const std::function<bool(const llm::CallRecord&)>& may_run_in_parallel);

}  // namespace executus::run
