#include "run/calls/batch_plan.hpp"

#include "run/calls/settle.hpp"

namespace executus::run {
namespace {

// Collects adjacent parallel calls into one group.
class Grouping {
 public:
  void add(llm::CallPosition position, bool parallel) {
    if (!(parallel && last_parallel_)) groups_.emplace_back();
    groups_.back().push_back(position);
    last_parallel_ = parallel;
  }
  std::vector<CallGroup> take() { return std::move(groups_); }

 private:
  std::vector<CallGroup> groups_;
  bool last_parallel_ = false;
};

}  // namespace

BatchPlan plan_batch(std::span<const llm::CallRecord> open,
                     const std::function<bool(const llm::CallRecord&)>& may_run_in_parallel) {
  Grouping leftover, in_turn;
  for (const auto& call : open) {
    if (is_settled(call.state)) continue;
    (may_have_been_sent(state_of(call)) ? leftover : in_turn).add(call.position, may_run_in_parallel(call));
  }
  return {leftover.take(), in_turn.take()};
}

}  // namespace executus::run
