#include "critic/idle.hpp"

#include <algorithm>

namespace executus::critic {

std::optional<MonoTime> next_wake(const Idle& idle, Milliseconds soft) {
  if (idle.asked) return std::nullopt;
  const auto room = std::chrono::floor<Milliseconds>(MonoTime::max() - idle.last_activity);
  return idle.last_activity + std::min(soft, room);
}

Milliseconds backstop(Milliseconds soft, double multiplier, const WatchdogOptions& options) {
  const double factor = multiplier > 1 ? multiplier : options.least_multiplier;  // NaN is not > 1 either
  const double product = static_cast<double>(soft.count()) * factor;
  // Compared before it is converted: an integer would not hold every double.
  if (!(product < static_cast<double>(options.max_backstop.count()))) return std::max(soft, options.max_backstop);
  return std::max(soft, Milliseconds(static_cast<Milliseconds::rep>(product)));
}

}  // namespace executus::critic
