// The time a call has. What the server tells of its progress restarts the idle clock; the total limit stays. Pure.
#pragma once

#include <algorithm>

#include <executus/base/clock.hpp>

namespace executus::mcp {

class CallClock final {
 public:
  struct Limits {
    Milliseconds idle{60'000};
    Milliseconds total{3'600'000};
  };
  CallClock(Limits limits, MonoTime begun) : limits_(limits), begun_(begun), heard_(begun) {}

  void progressed(MonoTime now) { heard_ = now; }
  [[nodiscard]] MonoTime rings() const { return std::min(later(heard_, limits_.idle), later(begun_, limits_.total)); }
  // Which of the two rang first.
  [[nodiscard]] bool total_is_first() const { return later(begun_, limits_.total) < later(heard_, limits_.idle); }
  [[nodiscard]] const Limits& limits() const { return limits_; }

 private:
  const Limits limits_;
  const MonoTime begun_;
  MonoTime heard_;
};

}  // namespace executus::mcp
