#include "runtime/host/local_run.hpp"

#include <utility>

namespace executus::host {

void LocalRun::driven_by(RootHandle root) {
  std::lock_guard lock(mutex_);
  root_ = std::move(root);
}

// What no store has was told to no inbox.
void LocalRun::set(RunOutcome outcome) {
  {
    std::lock_guard lock(mutex_);
    if (outcome.status == RunStatus::cancelled && outcome.reason.empty()) outcome.reason = reason_;
  }
  outcome_.set(std::move(outcome));
}

void LocalRun::cancel(std::string reason) {
  std::lock_guard lock(mutex_);
  if (reason_.empty()) reason_ = std::move(reason);
  if (root_) root_->cancel({Cause::caller, "the host cancelled it"});
}

Task<RunOutcome> LocalRun::outcome(std::shared_ptr<LocalRun> self) { co_return co_await self->outcome_.get(); }

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
