// How many jobs ended in the last minute, and what that says about the next ones. Memory is constant: seconds, not
// jobs, are kept.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <executus/base/clock.hpp>

namespace executus::lane {

class Throughput final {
 public:
  void count(MonoTime now);  // a job ended
  [[nodiscard]] std::size_t last_minute(MonoTime now) const;

  // How long `jobs` more take, at the pace since the oldest that is known. Nothing: none is known.
  [[nodiscard]] std::optional<Milliseconds> expected(std::size_t jobs, MonoTime now) const;

 private:
  static constexpr std::int64_t kSeconds = 60;
  struct Bucket {
    std::int64_t second = 0;
    std::size_t count = 0;
  };
  std::array<Bucket, kSeconds> buckets_{};  // a second's is the one at its remainder
};

}  // namespace executus::lane
