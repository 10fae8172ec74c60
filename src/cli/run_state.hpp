// A run as its journal tells it.
#pragma once

#include <optional>
#include <vector>

#include "cli/session.hpp"

namespace executus::cli {

struct RunState {
  journal::RunRow row;
  journal::Checkpoint checkpoint;
  Agent agent;                               // as stored with the run
  std::vector<journal::Command> inbox = {};  // what was said to it and not taken in; of a run that is not over
};

// Throws Error journal.malformed or journal.newer when the journal cannot be read.
[[nodiscard]] RunState load_run(Session& session, const RunId& run);

// Nothing instead: for listings, where one run must not hide the others.
[[nodiscard]] std::optional<RunState> load_if_readable(Session& session, const RunId& run);

// What the row alone tells.
[[nodiscard]] RunOutcome outcome_of(const journal::RunRow& row);
[[nodiscard]] RunOutcome outcome_of(const RunState& state);

// open: without an answer. asked: also those with an answer that the run has not taken in yet.
enum class Questions { open, asked };

// The calls that wait for a person to say what happened.
[[nodiscard]] std::vector<llm::CallRecord> in_doubt(const RunState& state, Questions which = Questions::open);

// The calls that wait for a person to allow them.
[[nodiscard]] std::vector<llm::CallRecord> awaiting_approval(const RunState& state, Questions which = Questions::open);

// Why whatever a run asks needs no answer any more: its cancellation waits to be taken in, or it goes with a run above.
struct GivenUp {
  std::string above;  // that run; empty: the run itself was asked to cancel
};
[[nodiscard]] std::optional<GivenUp> given_up(Session& session, const journal::RunRow& row);

// As a sentence about the run: "it is being cancelled".
[[nodiscard]] std::string why_given_up(const GivenUp& given_up);

}  // namespace executus::cli
