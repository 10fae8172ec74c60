// Targets of deliveries, each with a lane of its own: one delivery to it at a time, and a pause after it gave no
// answer, so that it holds up no other.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <executus/base/clock.hpp>

namespace executus::run {

// Of a target: kind and id.
using Place = std::pair<std::string, std::string>;

// Threads: any.
class Lanes final {
 public:
  static constexpr std::size_t kAtOnce = 64;  // under way at the same time

  // Takes the lane for one pass; false: another has it, its target is left alone for now, or too many are under way.
  [[nodiscard]] bool enter(const Place& place, MonoTime now);
  void leave(const Place& place);

  [[nodiscard]] std::vector<Place> closed(MonoTime now) const;
  [[nodiscard]] bool is_closed(const Place& place, MonoTime now) const;  // taken, or left alone for now
  [[nodiscard]] int failures(const Place& place) const;                  // since it last answered

  void heard(const Place& place);
  void heard_nothing(const Place& place, MonoTime now);                    // left alone for a minute at most
  void asked_for(const Place& place, MonoTime now, Milliseconds silence);  // for so long at least

 private:
  struct Lane {
    bool taken = false;
    int failures = 0;
    MonoTime silent_until = MonoTime::min();
  };
  [[nodiscard]] static bool is_closed(const Lane& lane, MonoTime now) { return lane.taken || now < lane.silent_until; }
  [[nodiscard]] const Lane* find(const Place& place) const;
  void forget_if_idle(const Place& place);

  mutable std::mutex mutex_;
  std::map<Place, Lane> lanes_;  // those that are taken or silent
  std::size_t taken_ = 0;
};

}  // namespace executus::run
