// Places for runs: how many may be driven at once, over all workers of a store; of an agent, for a caller, of a queue,
// or altogether.
//
// Places are not counted up and down but seen: a run has one while a living worker drives it. A worker that dies gives
// its places back by that alone. A run that waits for runs below it has none.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace executus::journal {

enum class LimitOf { all, agent, caller, queue };
[[nodiscard]] std::string_view to_string(LimitOf of);  // frozen names
[[nodiscard]] std::optional<LimitOf> parse_limit_of(std::string_view name);

struct QueueLimit {
  LimitOf of = LimitOf::all;
  std::string name = {};         // of the agent, the caller or the queue; empty for all
  std::optional<int> runs = {};  // that may be driven at once, 0 or more; nothing: any number
  bool paused = false;           // no run is taken up; those that are driven go on
  bool operator==(const QueueLimit&) const = default;
};

[[nodiscard]] std::string describe(const QueueLimit& limit);  // "the queue limits agent 'a' to 2 at once"

// Runs of one agent, caller and queue.
struct QueueLoad {
  std::string agent, caller, queue;
  std::size_t queued = 0;   // nobody drives them, and they wait for nothing but their turn
  std::size_t running = 0;  // they have a place
  bool operator==(const QueueLoad&) const = default;
};

}  // namespace executus::journal
