// Starts a run and tells when it is acknowledged.
#pragma once

#include <memory>

#include "runtime/host/host.hpp"

namespace executus::host {

struct Started {
  RunId run;
  bool created = false;
  std::shared_ptr<LocalRun> local;
};

// Returns as soon as the run is durable, and drives it in host.runs(). Throws the Error of a refusal.
[[nodiscard]] Task<Started> start(Host& host, Agent agent, Invocation invocation);

}  // namespace executus::host
