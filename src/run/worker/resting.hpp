// Runs that a worker leaves alone for a while: since this process lacks what they need, or could not go on with them.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include <executus/journal/store.hpp>

namespace executus::run {

// Longer and longer while a run does not get on, up to kLongestRest.
inline constexpr Milliseconds kFirstRest{1'000};
inline constexpr Milliseconds kLongestRest{60'000};
[[nodiscard]] Milliseconds rest_after(int times, Milliseconds longest = kLongestRest);  // 1: the first time
// Of many that rest each rests longer, so that they are not read more often altogether.
inline constexpr Milliseconds kLongestRestEach{60};

class Resting final {
 public:
  enum class News { yes, no };

  // The run, which stands as `row` says, rests from `now` on. `lacks` is empty when that is not why. News: whether it
  // was not laid down for the same reason before.
  News lay_down(const journal::RunRow& row, std::vector<std::string> lacks, MonoTime now);
  void wake(const RunId& run) { rests_.erase(run); }
  void wake_all(MonoTime now);

  // A run that has moved on since does not rest.
  [[nodiscard]] bool rests(const journal::RunRow& row, MonoTime now) const;

  // Forgets the runs that rested up to `now` and were not laid down again for long.
  void forget_old(MonoTime now);

 private:
  struct Rest {
    std::uint64_t last_seq;
    std::vector<std::string> lacks;
    int times;
    MonoTime until;
  };
  std::unordered_map<RunId, Rest> rests_;
};

}  // namespace executus::run
