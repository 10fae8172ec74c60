// Port: time. Everything that asks for the time asks a Clock, so that tests and the simulator own it.
//
// Threads: all methods from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace executus {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using MonoTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;

  // Calendar time, for people and for stored instants. May jump.
  [[nodiscard]] virtual WallTime wall() const = 0;

  // Never jumps; for durations, deadlines and leases.
  [[nodiscard]] virtual MonoTime mono() const = 0;
};

// The machine's clocks. Lives for the whole program.
[[nodiscard]] const Clock& system_clock();

// `start` + `wait`; the end of time when that is later.
[[nodiscard]] inline MonoTime later(MonoTime start, Milliseconds wait) {
  auto room = std::chrono::floor<Milliseconds>(MonoTime::max() - start);
  return wait > room ? MonoTime::max() : start + wait;
}

// "2026-01-31T09:00:00.000Z": RFC 3339, UTC, with milliseconds.
[[nodiscard]] std::string rfc3339(WallTime time);

}  // namespace executus
