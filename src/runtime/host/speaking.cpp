#include "runtime/host/speaking.hpp"

#include <optional>
#include <utility>

#include <executus/run/recovery.hpp>
#include <executus/run/standing.hpp>

#include "runtime/host/in_runs.hpp"

namespace executus::host {
namespace {

// A run that lives here hears it at once.
Said heard(Host& host, const RunId& run, Said said) {
  if (said == Said::accepted) host.executor().look_at_inbox(run);
  return said;
}

Task<std::vector<Recovered>> recover_one(Host& host, RunId run) {
  RecoverOptions only;
  only.ids = {std::move(run)};
  co_return co_await recover_runs(host.runs(), host.executor(), host.store(), std::move(only));
}

void log_not_ended(Host& host, const RunId& run, const Error& problem) {
  host.logger().log(LogLevel::warn,
                    "run " + run.str() + " is to be cancelled and could not be taken up for it: " + problem.message());
}

// The run is told to end by its own inbox. What goes wrong is left for the next recovery, which finds it due.
Task<void> end_here(Host& host, RunId run) {
  std::optional<Error> problem;
  try {
    (void)co_await recover_one(host, run);
  } catch (...) {
    problem = current_error();
  }
  if (problem) log_not_ended(host, run, *problem);
}

// A run that is not taken up, for it cannot be read, would hear nothing. Throws Error journal.*.
Task<void> require_readable(Host& host, RunId run) {
  auto row = co_await host.store().find(run);
  if (!row || is_terminal(row->status) || co_await is_driven(host.store(), *row)) co_return;
  (void)co_await read_stored_run(host.store(), std::move(run));
}

Task<Said> ask_to_cancel(Host& host, RunId run, std::string reason) {
  co_await require_readable(host, run);
  co_return heard(host, run, co_await cancel_run(host.store(), run, std::move(reason)));
}

bool is_of_no_store(const std::shared_ptr<LocalRun>& local) { return local && !local->kept(); }

// A run above that waits for it is left alone, as cancel() would not.
Task<std::vector<RunOutcome>> end_family(Host& host, RunId run) {
  std::vector<RunOutcome> ended;
  auto row = co_await host.store().find(run);
  if (!row) co_return ended;
  auto claimed = co_await host.store().claim(run, row->epoch);
  if (!claimed) co_return ended;  // a living process drives it
  auto outcome = co_await in_runs(host, host.executor().resume(std::move(*claimed)));
  bool takes_others_along = is_terminal(outcome.status) && !outcome.ok();
  ended.push_back(std::move(outcome));
  if (!takes_others_along) co_return ended;
  for (auto& below : co_await recover_one(host, std::move(run))) ended.push_back(std::move(below.outcome));
  co_return ended;
}

Task<void> require_readable_where_it_goes_on(Host& host, RunId run) {
  auto row = co_await host.store().find(run);
  if (row && !co_await given_up(host.store(), std::move(*row))) co_await require_readable(host, std::move(run));
}

}  // namespace

Task<Said> cancel(Host& host, RunId run, std::string reason) {
  auto local = host.local_runs().find(run);
  if (is_of_no_store(local)) {
    local->cancel(std::move(reason));
    co_return Said{Said::accepted};
  }
  auto said = co_await ask_to_cancel(host, run, std::move(reason));
  if (said != Said::accepted) co_return said;
  auto row = co_await host.store().find(run);
  if (row && !co_await is_driven(host.store(), std::move(*row))) host.runs().spawn(end_here(host, run));
  co_return said;
}

// That it is to end is durable: what fails afterwards is no failure of the call.
Task<CancelledHere> cancel_and_end(Host& host, RunId run, std::string reason) {
  CancelledHere cancelled;
  if (is_of_no_store(host.local_runs().find(run))) {
    cancelled.said = co_await cancel(host, std::move(run), std::move(reason));
    co_return cancelled;
  }
  cancelled.said = co_await ask_to_cancel(host, run, std::move(reason));
  if (cancelled.said != Said::accepted) co_return cancelled;
  std::optional<Error> problem;
  try {
    cancelled.runs = co_await end_family(host, run);
  } catch (...) {
    problem = current_error();
  }
  if (problem) log_not_ended(host, run, *problem);
  co_return cancelled;
}

Task<Said> steer(Host& host, RunId run, std::string text, std::vector<llm::Image> images) {
  co_await require_readable_where_it_goes_on(host, run);
  co_return heard(host, run, co_await steer_run(host.store(), run, std::move(text), std::move(images)));
}

Task<Said> signal(Host& host, RunId run, std::string name, boost::json::value payload) {
  co_await require_readable_where_it_goes_on(host, run);
  co_return co_await signal_run(host.store(), std::move(run), std::move(name), std::move(payload));
}

Task<Said> release(Host& host, RunId run, DryRun dry_run) {
  bool lifted = dry_run == DryRun::no && co_await host.store().lift_quarantine(run);
  auto row = co_await host.store().find(run);
  if (!row) co_return Said{Said::no_such_run};
  if (dry_run == DryRun::yes) lifted = row->status == RunStatus::quarantined;
  co_return Said{lifted ? Said::accepted : Said::ended, row->status};
}

}  // namespace executus::host
