#include "runtime/host/speaking.hpp"

#include <optional>
#include <utility>

#include <executus/run/recovery.hpp>
#include <executus/run/standing.hpp>

namespace executus::host {
namespace {

// A run that lives here hears it at once.
Said heard(Host& host, const RunId& run, Said said) {
  if (said == Said::accepted) host.executor().look_at_inbox(run);
  return said;
}

// The run is told to end by its own inbox. What goes wrong is left for the next recovery, which finds it due.
Task<void> end_here(Host& host, RunId run) {
  std::optional<Error> problem;
  try {
    RecoverOptions only;
    only.ids = {run};
    (void)co_await recover_runs(host.runs(), host.executor(), host.store(), std::move(only));
  } catch (...) {
    problem = current_error();
  }
  if (problem)
    host.logger().log(LogLevel::warn, "run " + run.str() + " is to be cancelled and could not be taken up for it: " +
                                          problem->message());
}

}  // namespace

Task<Said> cancel(Host& host, RunId run) {
  auto local = host.local_runs().find(run);
  if (local && !local->kept()) {
    local->cancel();
    co_return Said{Said::accepted};
  }
  auto said = heard(host, run, co_await cancel_run(host.store(), run));
  if (said != Said::accepted) co_return said;
  auto row = co_await host.store().find(run);
  if (row && !co_await is_driven(host.store(), std::move(*row))) host.runs().spawn(end_here(host, run));
  co_return said;
}

Task<Said> steer(Host& host, RunId run, std::string text) {
  co_return heard(host, run, co_await steer_run(host.store(), run, std::move(text)));
}

Task<Said> release(Host& host, RunId run) {
  bool lifted = co_await host.store().lift_quarantine(run);
  auto row = co_await host.store().find(run);
  if (!row) co_return Said{Said::no_such_run};
  co_return Said{lifted ? Said::accepted : Said::ended, row->status};
}

}  // namespace executus::host
