#include "runtime/host/resuming.hpp"

#include <utility>

#include <executus/run/held_runs.hpp>
#include <executus/run/recovery.hpp>
#include <executus/run/stored_run.hpp>

#include "runtime/host/in_runs.hpp"

namespace executus::host {

Task<Resumed> resume(Host& host, RunId run) {
  Resumed resumed;
  auto stored = co_await read_stored_run(host.store(), std::move(run));
  if (!stored) {
    resumed.what = Resumed::no_such_run;
  } else if (is_terminal(stored->row.status)) {
    resumed.what = Resumed::ended;
    resumed.outcome = outcome_of(*stored);
  } else if (resumed.missing = host.executor().missing_for(stored->agent); !resumed.missing.empty()) {
    resumed.what = Resumed::lacking;
  } else if (auto claimed = co_await claim_to_drive(host.store(), stored->row)) {
    resumed.outcome = co_await in_runs(host, host.executor().resume(std::move(*claimed)));
  } else if (resumed.limit = co_await host.store().limit_on(stored->row.id); resumed.limit) {
    resumed.what = Resumed::no_place;
  } else {
    resumed.what = Resumed::driven_elsewhere;
    auto row = co_await host.store().find(stored->row.id);
    if (row) resumed.worker = row->worker;
  }
  co_return resumed;
}

Task<std::vector<RunId>> outlast_holders(Host& host, std::vector<RunRow> held) {
  co_return co_await in_runs(host, executus::outlast_holders(host.store(), std::move(held)));
}

Task<std::vector<std::string>> missing(Host& host, RunId run) {
  std::vector<std::string> missing;
  auto row = co_await host.store().find(std::move(run));
  if (!row) co_return missing;
  missing = co_await missing_here(host.executor(), host.store(), *row);
  if (!missing.empty() && co_await given_up(host.store(), std::move(*row))) missing.clear();
  co_return missing;
}

}  // namespace executus::host
