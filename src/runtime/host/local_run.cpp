#include "runtime/host/local_run.hpp"

#include <utility>

namespace executus::host {

void LocalRun::set(RunOutcome outcome) {
  std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
  for (const auto& waiter : waiting_) waiter.set();
  waiting_.clear();
}

void LocalRun::driven_by(RootHandle root) {
  std::lock_guard lock(mutex_);
  root_ = std::move(root);
}

void LocalRun::cancel() {
  std::lock_guard lock(mutex_);
  if (root_) root_->cancel({Cause::caller, "the host cancelled it"});
}

Task<RunOutcome> LocalRun::outcome(std::shared_ptr<LocalRun> self) {
  OneShot<> there;
  {
    std::lock_guard lock(self->mutex_);
    if (self->outcome_) co_return *self->outcome_;
    self->waiting_.push_back(there);
  }
  co_await there.wait();
  std::lock_guard lock(self->mutex_);
  co_return *self->outcome_;
}

// Of two submissions of one id the first stands: it drives the run, and the second one waits for it.
void LocalRuns::add(const RunId& run, std::shared_ptr<LocalRun> local) {
  std::lock_guard lock(mutex_);
  runs_.emplace(run, std::move(local));
}

void LocalRuns::remove(const RunId& run, const std::shared_ptr<LocalRun>& local) {
  std::lock_guard lock(mutex_);
  auto found = runs_.find(run);
  if (found != runs_.end() && found->second == local) runs_.erase(found);
}

std::shared_ptr<LocalRun> LocalRuns::find(const RunId& run) {
  std::lock_guard lock(mutex_);
  auto found = runs_.find(run);
  return found == runs_.end() ? nullptr : found->second;
}

}  // namespace executus::host
