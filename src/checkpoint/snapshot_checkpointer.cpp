#include "checkpoint/snapshot_checkpointer.hpp"

#include <utility>

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
    co_await save_if_it_can();
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
  co_await flush();
  co_return journal::Appended{};
}

Task<void> SnapshotCheckpointer::leave(Attempt) {
  if (!ended_) co_await flush();
}

Task<std::vector<journal::Command>> SnapshotCheckpointer::inbox() { co_return std::vector<journal::Command>{}; }

// The record goes even when nothing was saved: a save that failed may have reached the store.
Task<journal::Appended> SnapshotCheckpointer::end(std::vector<journal::Entry> entries) {
  progress_.take_in(entries);
  ended_ = true;
  try {
    co_await store_.erase(progress_.run());
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    logger_.log(LogLevel::error, "the snapshot of run " + progress_.run().str() +
                                     ", which has ended, could not be erased and looks interrupted; erase it: " +
                                     current_error().message());
  }
  co_return journal::Appended{};
}

Task<void> SnapshotCheckpointer::save() {
  std::uint64_t seq = progress_.last_seq();
  auto snapshot = progress_.snapshot(clock_.wall());
  co_await store_.save(std::move(snapshot));
  saved_seq_ = seq;
  last_save_ = clock_.mono();
}

Task<void> SnapshotCheckpointer::save_if_it_can() {
  try {
    co_await save();
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    logger_.log(LogLevel::warn, "run " + progress_.run().str() +
                                    " goes on with an older snapshot; saving failed: " + current_error().message());
  }
}

Task<void> SnapshotCheckpointer::flush() {
  if (progress_.last_seq() != saved_seq_) co_await save();
}

}  // namespace executus::checkpoint
