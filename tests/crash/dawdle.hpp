// How long the servers of the crash tests take.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "killer.hpp"

namespace executus::crash {

// Half the time nothing, else up to 4 ms; where a kill hit, a request may linger much
// longer, as one on its way through a network does when its sender has died. Answers do not depend on any of it.
class Dawdle final {
 public:
  explicit Dawdle(std::uint64_t seed) : random_(seed) {}
  void operator()() {
    if (auto time = next(); time.count() > 0) std::this_thread::sleep_for(time);
  }
  void killed_here() { linger() = true; }

 private:
  static constexpr int kMostUs = 4000;
  static constexpr Microseconds kLinger{300'000};  // less than the settle time in world.cpp

  static bool& linger() {
    thread_local bool value = false;
    return value;
  }
  Microseconds next() {
    if (std::exchange(linger(), false)) return kLinger;
    std::lock_guard lock(mutex_);
    int time = std::uniform_int_distribution<int>(-kMostUs, kMostUs)(random_);
    return Microseconds(std::max(time, 0));
  }
  std::mutex mutex_;
  std::mt19937_64 random_;
};

}  // namespace executus::crash
