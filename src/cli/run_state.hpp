// A run as its journal tells it.
#pragma once

#include <vector>

#include "cli/session.hpp"

namespace executus::cli {

struct RunState {
  journal::RunRow row;
  journal::Checkpoint checkpoint;
  Agent agent;  // as stored with the run
};

[[nodiscard]] RunState load_run(Session& session, const RunId& run);
[[nodiscard]] RunOutcome outcome_of(const RunState& state);

// The calls that wait for a person to say what happened.
[[nodiscard]] std::vector<llm::CallRecord> in_doubt(const RunState& state);

// The calls that wait for a person to allow them.
[[nodiscard]] std::vector<llm::CallRecord> awaiting_approval(const RunState& state);

}  // namespace executus::cli
