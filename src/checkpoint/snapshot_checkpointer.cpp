#include "checkpoint/snapshot_checkpointer.hpp"

#include <utility>

#include "base/contained.hpp"

namespace executus::checkpoint {

bool is_save_due(std::optional<MonoTime> last, MonoTime now, Milliseconds throttle) {
  return !last || now - *last >= throttle;
}

Task<journal::Appended> SnapshotCheckpointer::append(std::vector<journal::Entry> entries, Durable when,
                                                     Boundary boundary, std::vector<std::int64_t>) {
  std::size_t before = progress_.boundaries();
  progress_.take_in(entries);
  if (boundary == Boundary::gated && when == Durable::awaited)
    co_await save();
  else if (progress_.boundaries() > before && is_save_due(last_save_, clock_.mono(), throttle_))
    (void)co_await save_if_it_can();
  co_return journal::Appended{};
}

Task<journal::Appended> SnapshotCheckpointer::complete(std::vector<journal::Entry> entries, std::vector<std::int64_t>) {
  return end(std::move(entries));
}

Task<journal::Appended> SnapshotCheckpointer::fail(std::vector<journal::Entry> entries, std::vector<std::int64_t>) {
  return end(std::move(entries));
}

Task<journal::Appended> SnapshotCheckpointer::park(std::vector<journal::Entry> entries, std::vector<std::int64_t>) {
  progress_.take_in(entries);
  (void)progress_.take_up_does_not_count();
  co_await flush();
  co_return journal::Appended{};
}

// Saved before anything of the run happens, so that a run that ends its process at every attempt is noticed.
Task<void> SnapshotCheckpointer::take_up() {
  progress_.take_up();
  recounted_ = true;
  (void)co_await save_if_it_can();
}

Task<void> SnapshotCheckpointer::leave(journal::Attempt attempt) {
  if (ended_) co_return;
  if (attempt == journal::Attempt::does_not_count) recounted_ = progress_.take_up_does_not_count() || recounted_;
  co_await flush();
}

Task<std::vector<journal::Command>> SnapshotCheckpointer::inbox() { co_return std::vector<journal::Command>{}; }

// The record goes even when nothing was saved: a save that failed may have reached the store. That a phase is over is
// saved first: a process that dies before the record is gone would go through the phase again.
Task<journal::Appended> SnapshotCheckpointer::end(std::vector<journal::Entry> entries) {
  std::size_t before = progress_.boundaries();
  progress_.take_in(entries);
  bool told = progress_.boundaries() > before && co_await save_if_it_can();
  if (!co_await erase() && !told) co_await say_that_it_is_over();
  ended_ = true;  // not before: when a shutdown breaks off what is above, leave() saves that the run is over
  co_return journal::Appended{};
}

Task<bool> SnapshotCheckpointer::erase() {
  try {
    co_await store_.erase(progress_.run());
    co_return true;
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    log_caught(logger_, LogLevel::error,
               {"the snapshot of run ", progress_.run().str(),
                ", which has ended, could not be erased and is still listed; erase it"});
  }
  co_return false;
}

// A host that continues the runs it finds listed then gets the outcome instead of running the run again.
Task<void> SnapshotCheckpointer::say_that_it_is_over() {
  try {
    co_await save();
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    // The store's failure is logged already.
  }
}

Task<void> SnapshotCheckpointer::save() {
  std::uint64_t seq = progress_.last_seq();
  auto snapshot = progress_.snapshot(clock_.wall());
  co_await store_.save(std::move(snapshot));
  saved_seq_ = seq;
  recounted_ = false;
  last_save_ = clock_.mono();
}

Task<bool> SnapshotCheckpointer::save_if_it_can() {
  try {
    co_await save();
    co_return true;
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    log_caught(logger_, LogLevel::warn,
               {"run ", progress_.run().str(), " goes on with an older snapshot; saving failed"});
  }
  co_return false;
}

Task<void> SnapshotCheckpointer::flush() {
  if (recounted_ || progress_.last_seq() != saved_seq_) co_await save();
}

}  // namespace executus::checkpoint
