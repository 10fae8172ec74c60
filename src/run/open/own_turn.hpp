// Whether it is the turn of a run that waits for its place in this process.
#pragma once

#include <mutex>
#include <set>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// Threads: any. However many runs wait here, the store is looked at for all of them at once.
class OwnTurn final {
 public:
  // Without limits always. Throws Error store.*.
  [[nodiscard]] Task<bool> has_come(journal::JournalStore& store, const Clock& clock, RunId run);

 private:
  std::mutex mutex_;
  MonoTime looked_at_ = MonoTime::min();
  bool limited_ = false;
  std::set<RunId> offered_;
};

}  // namespace executus::run
