// How many deliveries a target gets in a minute, counted in this process.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <executus/base/clock.hpp>

namespace executus::deliver {

// Threads: any.
class Pace final {
 public:
  // Counts one for `target`, when fewer than `limit` were counted in the minute before `now`; else how long to wait.
  [[nodiscard]] std::optional<Milliseconds> wait_for(const std::string& target, int limit, MonoTime now);

 private:
  std::mutex mutex_;
  std::map<std::string, std::deque<MonoTime>> sent_;  // in the last minute, oldest first
};

}  // namespace executus::deliver
