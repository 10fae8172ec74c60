// Part of `executus bench`: what a worker costs that has nothing to do.
#pragma once

#include <string>

namespace executus::cli {

// CPU of a worker while nothing becomes due, in percent of a core, over about `seconds`. `database` is made, and holds
// so many runs that sleep. The worker has a lease, which it renews.
[[nodiscard]] double measure_idle_worker_percent(const std::string& database, int sleeping_runs, double seconds);

}  // namespace executus::cli
