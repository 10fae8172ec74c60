// What a host says to a run that may live anywhere.
#pragma once

#include <string>

#include <executus/runtime/runs.hpp>

#include "runtime/host/host.hpp"

namespace executus::host {

// The contracts: executus/runtime/runs.hpp.
[[nodiscard]] Task<Said> cancel(Host& host, RunId run, std::string reason);
[[nodiscard]] Task<CancelledHere> cancel_and_end(Host& host, RunId run, std::string reason);
[[nodiscard]] Task<Said> steer(Host& host, RunId run, std::string text, std::vector<llm::Image> images);
[[nodiscard]] Task<Said> signal(Host& host, RunId run, std::string name, boost::json::value payload);
[[nodiscard]] Task<Said> release(Host& host, RunId run, DryRun dry_run);

}  // namespace executus::host
