// Callbacks by time: the ordering part of a loop's timers, without threads or clocks.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include <executus/async/loop.hpp>

namespace executus {

class TimerQueue final {
 public:
  TimerId add(MonoTime when, std::function<void()> callback) {
    TimerId id = ++last_;
    places_.emplace(id, by_time_.emplace(when, std::pair(id, std::move(callback))));
    return id;
  }

  // The callback is handed back so that what it holds is destroyed outside the caller's lock.
  std::function<void()> remove(TimerId id) {
    auto found = places_.find(id);
    if (found == places_.end()) return {};
    auto callback = std::move(found->second->second.second);
    by_time_.erase(found->second);
    places_.erase(found);
    return callback;
  }

  [[nodiscard]] std::optional<MonoTime> earliest() const {
    return by_time_.empty() ? std::nullopt : std::optional(by_time_.begin()->first);
  }

  // The earliest callback that is due at `now`, if any.
  std::function<void()> take_due(MonoTime now) {
    if (by_time_.empty() || by_time_.begin()->first > now) return {};
    return remove(by_time_.begin()->second.first);
  }

 private:
  using ByTime = std::multimap<MonoTime, std::pair<TimerId, std::function<void()>>>;
  ByTime by_time_;
  std::unordered_map<TimerId, ByTime::iterator> places_;
  TimerId last_ = 0;
};

}  // namespace executus
