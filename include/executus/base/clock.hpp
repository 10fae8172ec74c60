// Port: time. Everything that asks for the time asks a Clock, so that tests and the simulator own it.
//
// Threads: all methods from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace executus {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using MonoTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

// A moment by the clock that runs from one start of the machine to the next, also while it sleeps. Processes can
// compare theirs, of the same boot.
struct BootMoment {
  std::string boot = {};  // which start of which machine; empty: not known
  Milliseconds since{0};  // then
};

class Clock {
 public:
  virtual ~Clock() = default;

  // Calendar time, for people and for stored instants. May jump.
  [[nodiscard]] virtual WallTime wall() const = 0;

  // Never jumps; for durations, deadlines and leases.
  [[nodiscard]] virtual MonoTime mono() const = 0;

  // Never jumps either, and can be stored, so that another process can tell how long ago something was. Default: not
  // known; what depends on it then waits for its full time.
  [[nodiscard]] virtual BootMoment boot_moment() const { return {}; }
};

// How much later `now` is; nothing when the two are of different boots, or a boot is not known. Never negative.
[[nodiscard]] inline std::optional<Milliseconds> time_between(const BootMoment& then, const BootMoment& now) {
  if (then.boot.empty() || then.boot != now.boot) return std::nullopt;
  return now.since < then.since ? Milliseconds(0) : now.since - then.since;
}

// The machine's clocks. Lives for the whole program.
[[nodiscard]] const Clock& system_clock();

template <class Time>
[[nodiscard]] constexpr Time later_within_time(Time start, Milliseconds wait) {
  constexpr auto kMost = std::chrono::floor<Milliseconds>(Time::duration::max());
  if (wait > kMost || wait < -kMost) return wait > Milliseconds(0) ? Time::max() : Time::min();
  if (wait > Milliseconds(0) && start > Time::max() - wait) return Time::max();
  if (wait < Milliseconds(0) && start < Time::min() - wait) return Time::min();
  return start + wait;
}

// `start` + `wait`; the end of time when that is later, the beginning of time when it is earlier.
[[nodiscard]] inline MonoTime later(MonoTime start, Milliseconds wait) { return later_within_time(start, wait); }
[[nodiscard]] inline WallTime later(WallTime start, Milliseconds wait) { return later_within_time(start, wait); }

// "2026-01-31T09:00:00.000Z": RFC 3339, UTC, with milliseconds. It can say the years 0 to 9999; of a time outside
// of them, the nearest that it can.
[[nodiscard]] std::string rfc3339(WallTime time);

// Reads what RFC 3339 allows: with or without a fraction (cut to milliseconds), "Z" or an offset. Nothing: it is none.
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace executus
