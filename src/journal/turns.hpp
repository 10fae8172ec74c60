// Whose turn it is: the order in which runs that are due are taken up, and which of them have no place. Pure.
//
// Those of higher priority come first. Of equal priority callers take turns: first those for whom fewer runs are
// driven; of one caller the older run comes first. Of callers for whom equally many are driven it is now one's turn and
// now another's: three callers that share sixteen places have the odd one by turns. A run below another one is its
// caller's, as that one is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/journal/queue.hpp>

namespace executus::journal {

struct QueuedAs {
  std::string_view agent, caller, queue;
};

// A round each second.
[[nodiscard]] inline std::uint64_t round_of(WallTime now) {
  return static_cast<std::uint64_t>(now.time_since_epoch() / std::chrono::seconds(1));
}

class Turns final {
 public:
  // `round`: another one each time.
  explicit Turns(std::vector<QueueLimit> limits, std::uint64_t round = 0);

  void driven(QueuedAs run);  // it has a place
  // reserved: it has its turn, and takes its place, but is not among those that are taken up here.
  enum class Offer { to_all, reserved };
  void due(std::int64_t number, int priority, QueuedAs run, Offer offer = Offer::to_all);

  // Whether it matters which runs are driven.
  [[nodiscard]] bool asks_who_is_driven() const { return !limits_.empty() || callers_.size() > 1; }
  // The limit that leaves such a run no place.
  [[nodiscard]] std::optional<QueueLimit> limit_on(QueuedAs run) const;

  // The numbers of those whose turn it is, at most `most`. Once.
  [[nodiscard]] std::vector<std::int64_t> take(std::size_t most);

 private:
  using Limits = std::array<int, 4>;  // those that hold for a run; -1: none of the kind
  struct Limit {
    QueueLimit limit;
    int driven = 0;
    [[nodiscard]] bool is_full() const { return limit.paused || (limit.runs && driven >= *limit.runs); }
  };
  struct Due {
    std::int64_t number;
    int priority;
    int caller;
    Limits limits;
    Offer offer;
  };
  using Level = std::span<const Due>;

  [[nodiscard]] Limits limits_of(QueuedAs run) const;
  [[nodiscard]] int find_limit(LimitOf of, std::string_view name) const;
  [[nodiscard]] const Limit* full(const Limits& limits) const;
  void occupy(const Limits& limits);
  int caller(std::string_view name);
  void take_of(Level level, std::size_t most, std::vector<std::int64_t>& taken);

  [[nodiscard]] std::vector<std::int64_t> ranks() const;

  const std::uint64_t round_;
  std::vector<Limit> limits_;
  std::array<std::map<std::string, int, std::less<>>, 4> limits_by_;  // kind and name
  std::map<std::string, int, std::less<>> callers_;
  std::vector<int> driven_of_;  // by caller
  std::vector<Due> due_;
};

}  // namespace executus::journal
