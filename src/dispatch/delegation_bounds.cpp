#include <algorithm>
#include <string_view>
#include <utility>

#include <executus/dispatch/delegation_bounds.hpp>

namespace executus {
namespace {

DelegationLimits applied(DelegationLimits limits) {
  DelegationLimits defaults;
  if (limits.max_depth <= 0) limits.max_depth = defaults.max_depth;
  if (limits.max_descendants <= 0) limits.max_descendants = defaults.max_descendants;
  return limits;
}

std::string_view shown(const std::string& subject) { return subject.empty() ? "(unnamed)" : std::string_view(subject); }

// "a -> b -> a"
std::string drawn(const std::vector<std::string>& chain) {
  std::string text;
  for (const auto& subject : chain) {
    if (!text.empty()) text += " -> ";
    text += shown(subject);
  }
  return text;
}

Error loop_refused(const std::vector<std::string>& chain) {
  return failed("dispatch.loop", "'" + chain.back() + "' would run below itself (" + drawn(chain) +
                                     "); do its part here, or delegate to another agent");
}

Error depth_refused(const std::vector<std::string>& chain, int max_depth) {
  return failed("dispatch.depth", "runs may delegate " + std::to_string(max_depth) + " levels deep, and " +
                                      drawn(chain) + " would be deeper; do this part without delegating");
}

Error descendants_refused(const std::vector<std::string>& chain, int max_descendants) {
  return failed("dispatch.descendants", "the runs below '" + std::string(shown(chain.front())) + "' number " +
                                            std::to_string(max_descendants) + " already, and " + drawn(chain) +
                                            " would be one too many; do this part without delegating");
}

}  // namespace

DelegationBounds::DelegationBounds(std::vector<std::string> chain, DelegationLimits limits)
    : chain_(std::move(chain)), limits_(applied(limits)), descendants_(std::make_shared<std::atomic<int>>(0)) {}

Result<DelegationBounds> DelegationBounds::below(std::string child_subject) const {
  bool loops = !child_subject.empty() && std::ranges::find(chain_, child_subject) != chain_.end();
  DelegationBounds child = *this;
  child.chain_.push_back(std::move(child_subject));
  if (loops) return loop_refused(child.chain_);
  if (chain_.size() > static_cast<std::size_t>(limits_.max_depth))
    return depth_refused(child.chain_, limits_.max_depth);
  return child;
}

Result<DelegationBounds> DelegationBounds::enter_mapped(std::string child_subject) const {
  auto child = below(std::move(child_subject));
  if (!child.ok()) return child;
  return DelegationBounds(std::move(child->chain_), limits_);
}

Result<DelegationBounds> DelegationBounds::enter(std::string child_subject) const {
  auto entered = below(std::move(child_subject));
  if (!entered.ok()) return entered;
  const auto& child = *entered;
  if (!chain_.empty() && !take_a_place()) return descendants_refused(child.chain_, limits_.max_descendants);
  return child;
}

DelegationBounds DelegationBounds::reenter(std::string child_subject) const {
  DelegationBounds child = *this;
  child.chain_.push_back(std::move(child_subject));
  if (!chain_.empty()) ++*descendants_;
  return child;
}

// Runs of one tree call this at the same time, on strands of their own.
bool DelegationBounds::take_a_place() const noexcept {
  int taken = descendants_->load();
  while (taken < limits_.max_descendants)
    if (descendants_->compare_exchange_weak(taken, taken + 1)) return true;
  return false;
}

}  // namespace executus
