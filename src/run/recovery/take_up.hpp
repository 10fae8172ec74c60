// Whether this process may take a run up, and taking it up: claim, quarantine, drive. For a pass over what is due as
// well as for a worker.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <executus/run/recovery.hpp>

namespace executus::run {

// A run that made no progress in two attempts may be what ends the processes that try it: it is tried with care.
inline constexpr int kSuspectFrom = 2;
inline constexpr Milliseconds kPatience{30'000};  // so long it waits for the others here to get on or end
[[nodiscard]] inline bool is_suspect(const journal::RunRow& row) { return row.fruitless >= kSuspectFrom; }

// A run as its row shows it, which was not taken up since its turn did not come.
[[nodiscard]] Recovered untouched(const journal::RunRow& row);

// Threads: any; `executor` and `store` outlive what it does.
class TakeUp final {
 public:
  // `max_attempts`: fruitless attempts before quarantine; nothing: unlimited.
  TakeUp(Executor& executor, journal::JournalStore& store, std::optional<int> max_attempts)
      : executor_(executor), store_(store), max_attempts_(max_attempts) {}

  // What keeps this process from taking the run up; empty when nothing does. A run whose tools or models are missing
  // here can still be ended here. Throws Error store.*, and Cancelled.
  [[nodiscard]] Task<std::vector<std::string>> lacking(journal::RunRow row) const;

  // Claims the run and drives it until it ends, waits, or is left, or quarantines it. Nothing: another worker was
  // first. `claimed` is called, on the task's strand, when it is about to be driven. What goes wrong is in the result.
  // Cancelled before the claim it leaves the run untouched; a claim cannot be cancelled.
  using Claimed = std::function<void(const journal::RunRow&)>;
  [[nodiscard]] Task<std::optional<Recovered>> drive(journal::RunRow row, Claimed claimed = {}) const;

  // Both: what is lacking is in the result.
  [[nodiscard]] Task<std::optional<Recovered>> try_run(journal::RunRow row) const;

 private:
  [[nodiscard]] Task<std::optional<Recovered>> look_and_drive(journal::RunRow row) const;
  [[nodiscard]] Task<std::optional<Recovered>> claim_and_drive(journal::RunRow row, Claimed claimed) const;
  [[nodiscard]] Task<bool> is_given_up(int fruitless, journal::RunRow claimed) const;

  Executor& executor_;
  journal::JournalStore& store_;
  std::optional<int> max_attempts_;
};

}  // namespace executus::run
