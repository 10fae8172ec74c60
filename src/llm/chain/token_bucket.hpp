// A bucket that fills at a steady rate up to `burst`, for limits per minute. More may be taken than it holds (an
// estimate that was too low): then its level is negative, and nothing can be taken until it has filled up again.
#pragma once

#include <optional>

#include <executus/base/clock.hpp>

namespace executus::llm {

struct BucketRate {
  double per_second = 1;
  double burst = 1;
};

// The fastest rate at which no minute, wherever it begins, sees more than `limit`, though what is sent evenly may reach
// the server up to a second unevenly. At least one at a time; `burst` is cut to `limit`.
[[nodiscard]] BucketRate rate_within(double limit, double burst);

class TokenBucket final {
 public:
  // Full, whenever it is first looked at.
  explicit TokenBucket(BucketRate rate) : rate_(rate), level_(rate.burst) {}

  // When `amount` may be taken, if nothing is taken before: `now`, or later. More than the burst may be taken from a
  // full bucket.
  [[nodiscard]] MonoTime ready(double amount, MonoTime now) const;

  void take(double amount, MonoTime now);  // also more than the bucket holds
  void give_back(double amount, MonoTime now) { take(-amount, now); }

  [[nodiscard]] double level(MonoTime now) const;  // may be negative

 private:
  BucketRate rate_;
  double level_;                   // at `as_of_`
  std::optional<MonoTime> as_of_;  // nothing: untouched
};

}  // namespace executus::llm
