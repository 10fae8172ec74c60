// The RunWriter of one run that is kept as snapshots. snapshot_factory.hpp says when it saves.
#pragma once

#include <optional>

#include <executus/base/log.hpp>
#include <executus/run/checkpointer.hpp>

#include "checkpoint/progress.hpp"

namespace executus::checkpoint {

// Whether enough time has passed since the save at `last`. Always, with a throttle of zero or less.
[[nodiscard]] bool is_save_due(std::optional<MonoTime> last, MonoTime now, Milliseconds throttle);

class SnapshotCheckpointer final : public RunWriter {
 public:
  SnapshotCheckpointer(SnapshotStore& store, Milliseconds throttle, const Clock& clock, Logger& logger,
                       Progress progress)
      : store_(store), throttle_(throttle), clock_(clock), logger_(logger), progress_(std::move(progress)) {}

  Task<journal::Appended> append(std::vector<journal::Entry> entries, Durable when, Boundary boundary,
                                 std::vector<std::int64_t> consume) override;
  // The next snapshot has them, as it has awaited entries of calls without effects.
  Task<bool> holds(std::vector<journal::Entry>) override { co_return true; }
  Task<journal::Appended> complete(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override;
  Task<journal::Appended> fail(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override;
  Task<journal::Appended> park(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override;
  Task<void> take_up() override;
  Task<void> leave(journal::Attempt attempt) override;

  // A place for snapshots has neither commands nor owners.
  Task<std::vector<journal::Command>> inbox() override;
  Dispatch may_dispatch() const override { return Dispatch::yes; }

 private:
  Task<journal::Appended> end(std::vector<journal::Entry> entries);
  Task<void> save();
  Task<bool> save_if_it_can();  // false: it could not, and the log says so
  Task<void> flush();
  Task<bool> erase();  // likewise
  Task<void> say_that_it_is_over();

  SnapshotStore& store_;
  const Milliseconds throttle_;
  const Clock& clock_;
  Logger& logger_;
  Progress progress_;
  std::optional<MonoTime> last_save_;  // that succeeded
  std::uint64_t saved_seq_ = 0;
  bool recounted_ = false;  // the record's count of fruitless attempts is not the one that was saved
  bool ended_ = false;
};

}  // namespace executus::checkpoint
