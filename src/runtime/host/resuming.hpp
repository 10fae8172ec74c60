// Drives a stored run in this process because somebody asks for it.
#pragma once

#include <executus/runtime/runs.hpp>

#include "runtime/host/host.hpp"

namespace executus::host {

// The contracts: executus/runtime/runs.hpp.
[[nodiscard]] Task<Resumed> resume(Host& host, RunId run);
[[nodiscard]] Task<std::vector<RunId>> outlast_holders(Host& host, std::vector<RunRow> held);
[[nodiscard]] Task<std::vector<std::string>> missing(Host& host, RunId run);

}  // namespace executus::host
