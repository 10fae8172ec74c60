// Waits for a run, and drives it here meanwhile when it can go on and nobody does.
#pragma once

#include <memory>

#include "runtime/host/host.hpp"

namespace executus::host {

// RunHandle::done() is the contract. `local`: the run as it was started here, if it was.
[[nodiscard]] Task<RunOutcome> outcome_at_rest(Host& host, RunId run, std::shared_ptr<LocalRun> local);

}  // namespace executus::host
