#include "llm/chain/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace executus::llm {
namespace {

constexpr double kWindowSeconds = 60;
constexpr double kUnevenSeconds = 1;
constexpr double kRounding = 1e-6;  // of a token: what adding up loses is not waited for

}  // namespace

// A minute sees at most the burst and what flows in after it. Of what flows in one falls on the minute's end, into the
// next: hence the 1.
BucketRate rate_within(double limit, double burst) {
  burst = std::clamp(burst, 1.0, std::max(limit, 1.0));
  return {(limit - burst + 1) / (kWindowSeconds + kUnevenSeconds), burst};
}

MonoTime TokenBucket::ready(double amount, MonoTime now) const {
  double missing = std::min(amount, rate_.burst) - level(now);
  if (missing <= kRounding) return now;
  return later(now, Milliseconds(static_cast<Milliseconds::rep>(std::ceil(1'000 * missing / rate_.per_second))));
}

void TokenBucket::take(double amount, MonoTime now) {
  level_ = std::min(level(now) - amount, rate_.burst);
  as_of_ = now;
}

double TokenBucket::level(MonoTime now) const {
  if (!as_of_) return level_;
  double seconds = std::chrono::duration<double>(std::max(now - *as_of_, MonoTime::duration(0))).count();
  return std::min(level_ + seconds * rate_.per_second, rate_.burst);
}

}  // namespace executus::llm
