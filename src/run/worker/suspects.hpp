// Runs that made no progress in two attempts may be what ends the processes that try them. Such a run is tried later
// and later, and beside runs that have made progress only: if the process ends again, that counts for no other run.
#pragma once

#include <map>
#include <span>

#include <executus/journal/store.hpp>

#include "run/recovery/take_up.hpp"

namespace executus::run {

inline constexpr Milliseconds kFirstBackoff{2'000};
inline constexpr Milliseconds kLongestBackoff{300'000};
inline constexpr Milliseconds kTrial{30'000};  // so long no other is started beside it, unless it gets on

// How long after its last attempt a run is left alone.
[[nodiscard]] Milliseconds backoff_after(int fruitless);
// `now` is the calendar's time, as `row.updated` is. When the clock was set back since, it does not wait.
[[nodiscard]] bool is_backing_off(const journal::RunRow& row, WallTime now);

class Suspects final {
 public:
  // Takes in which runs are due: of those that are suspects the waiting begins, unless it had begun.
  void see(std::span<const journal::RunRow> due, MonoTime now);

  // `one_is_new`: whether this worker drives a run that has made no progress here yet.
  [[nodiscard]] bool may_start(const journal::RunRow& row, bool one_is_new, MonoTime now) const;

 private:
  std::map<RunId, MonoTime> since_;
};

}  // namespace executus::run
