// Finds what a round breaks of the durability contract (docs/concepts/durability.md: what the crash tests may claim).
// Pure.
#pragma once

#include <string>
#include <vector>

#include "evidence.hpp"

namespace executus::crash {

// Each is one sentence; empty: nothing is broken.
using Findings = std::vector<std::string>;

[[nodiscard]] Findings judge(const Evidence& evidence);

// The parts of it.
[[nodiscard]] Findings judge_ending(const Evidence& evidence);       // ended once, like the uninterrupted run
[[nodiscard]] Findings judge_effects(const Evidence& evidence);      // nothing twice, nothing lost
[[nodiscard]] Findings judge_connections(const Evidence& evidence);  // fresh ones for what must not repeat by itself
[[nodiscard]] Findings judge_keys(const Evidence& evidence);         // one key per call, across all processes
[[nodiscard]] Findings judge_model(const Evidence& evidence);        // nothing journaled is asked again
[[nodiscard]] Findings judge_requests(const Evidence& evidence);     // the same bytes as the uninterrupted run's
[[nodiscard]] Findings judge_gate(const Evidence& evidence);         // durable first, acted on after
[[nodiscard]] Findings judge_doubt(const Evidence& evidence);        // only what was dispatched, only if irreversible
[[nodiscard]] Findings judge_append_only(const Evidence& evidence);  // what was committed stays
[[nodiscard]] Findings judge_exits(const Evidence& evidence);        // no process gave up or was refused

}  // namespace executus::crash
