#include "runtime/host/speaking.hpp"

#include <utility>

#include <executus/run/recovery.hpp>
#include <executus/run/standing.hpp>

#include "run/record/journal_commands.hpp"

namespace executus::host {
namespace {

// Durable, and heard at once by a run that lives here.
Task<Said> post(Host& host, RunRow row, journal::Command command) {
  auto verdict = co_await host.store().post(row.id, std::move(command));
  if (verdict == journal::PostVerdict::no_such_run) co_return Said{Said::no_such_run};
  if (verdict == journal::PostVerdict::accepted) {
    host.executor().look_at_inbox(row.id);
    co_return Said{Said::accepted, row.status};
  }
  auto now = co_await host.store().find(row.id);
  co_return now ? Said{Said::ended, now->status} : Said{Said::no_such_run};
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
  auto row = co_await host.store().find(run);
  if (!row) co_return Said{Said::no_such_run};
  if (is_terminal(row->status)) co_return Said{Said::ended, row->status};
  auto said = co_await post(host, *row, run::commands::cancel());
  if (said == Said::accepted && !co_await is_driven(host.store(), *row)) host.runs().spawn(end_here(host, run));
  co_return said;
}

Task<Said> steer(Host& host, RunId run, std::string text) {
  auto row = co_await host.store().find(run);
  if (!row) co_return Said{Said::no_such_run};
  if (is_terminal(row->status) || co_await given_up(host.store(), *row)) co_return Said{Said::ended, row->status};
  co_return co_await post(host, std::move(*row), run::commands::steer(std::move(text)));
}

Task<Said> release(Host& host, RunId run) {
  bool lifted = co_await host.store().lift_quarantine(run);
  auto row = co_await host.store().find(run);
  if (!row) co_return Said{Said::no_such_run};
  co_return Said{lifted ? Said::accepted : Said::ended, row->status};
}

}  // namespace executus::host
