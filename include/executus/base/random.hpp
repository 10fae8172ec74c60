// Port: randomness for what must differ between processes but decides nothing (jitter of waits). Tests and the
// simulator own it, as they own the clock.
//
// Threads: from any thread.
#pragma once

#include <cstdint>
#include <memory>

namespace executus {

class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::uint64_t next() = 0;

  // In [0, 1).
  [[nodiscard]] double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
};

// Seeded by the operating system. Lives for the whole program.
[[nodiscard]] Random& system_random();

// The same numbers for the same seed.
[[nodiscard]] std::unique_ptr<Random> seeded_random(std::uint64_t seed);

}  // namespace executus
