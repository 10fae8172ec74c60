#include "runtime/schedules/cron_times.hpp"

#include <executus/cron/cron.hpp>

namespace executus {

std::optional<WallTime> next_by_cron(const schedule::Plan& plan, WallTime after) {
  auto zone = cron::find_time_zone(plan.timezone).value();
  return cron::parse_cron(plan.cron).value().next(after, zone);
}

}  // namespace executus
