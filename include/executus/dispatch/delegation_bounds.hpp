// Bounds on runs that start runs: no agent below itself, not too deep, not too many. A value that every run carries, so
// it needs no store, and no store that is away can let a run through.
//
// Threads: copies may be used from different threads; all copies of one tree share its count of descendants.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/dispatch/delegation_limits.hpp>

namespace executus {

class DelegationBounds {
 public:
  // Of the run at the end of `chain`: subjects (agent ids or names) from the root to the run itself, "" for an agent
  // without a name. Its tree starts to be counted here. An empty chain stands above every run: what enters it first is
  // a root.
  explicit DelegationBounds(std::vector<std::string> chain = {}, DelegationLimits limits = {});

  // The bounds of a child run, which is counted; a root is not. Error, with nothing counted, when the child
  // - has the subject of a run above it ("dispatch.loop"; unnamed agents are never taken for each other),
  // - lies deeper below the root than max_depth ("dispatch.depth"),
  // - would be one descendant of the root too many ("dispatch.descendants").
  [[nodiscard]] Result<DelegationBounds> enter(std::string child_subject) const;

  // The bounds of a child run that is there already: another process let it in. Counted, and never refused.
  [[nodiscard]] DelegationBounds reenter(std::string child_subject) const;

  // The bounds of a run that a map makes of an item. It is not counted, since the map has a bound of its own, and what
  // is below it is counted from zero. Error as for enter(), but for descendants.
  [[nodiscard]] Result<DelegationBounds> enter_mapped(std::string child_subject) const;

  // So many more runs were below this one before this process knew of it.
  void count(int descendants) const noexcept { *descendants_ += descendants; }

  [[nodiscard]] const std::vector<std::string>& chain() const noexcept { return chain_; }
  [[nodiscard]] const DelegationLimits& limits() const noexcept { return limits_; }  // as they are applied
  [[nodiscard]] int descendants() const noexcept { return descendants_->load(); }    // of the whole tree so far

 private:
  [[nodiscard]] Result<DelegationBounds> below(std::string child_subject) const;
  bool take_a_place() const noexcept;

  std::vector<std::string> chain_;
  DelegationLimits limits_;
  std::shared_ptr<std::atomic<int>> descendants_;  // shared by the whole tree: it is one budget
};

}  // namespace executus
