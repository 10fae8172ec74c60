// A run as its journal tells it, whichever process drives it: for hosts that show runs, or answer what they ask.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/journal/checkpoint.hpp>
#include <executus/journal/store.hpp>
#include <executus/run/agent.hpp>
#include <executus/run/outcome.hpp>

namespace executus {

struct StoredRun {
  journal::RunRow row;
  journal::Checkpoint checkpoint;
  Agent agent;                                     // as stored with the run
  std::optional<journal::Outgoing> outgoing = {};  // what its end sends out, if it has a target
  std::vector<journal::Command> inbox = {};        // what was said to it and not taken in; of a run that has not ended
};

// Reads the run and folds its journal. Nothing: there is no such run. Throws Error journal.malformed, journal.newer or
// journal.older when the journal cannot be read, store.* when the store cannot.
[[nodiscard]] Task<std::optional<StoredRun>> read_stored_run(journal::JournalStore& store, RunId run);

[[nodiscard]] RunOutcome outcome_of(const StoredRun& run);

// open: those without an answer. asked: the answered ones as well, until the run has taken the answer in.
enum class Questions { open, asked };

// The calls of which a person has to say what happened.
[[nodiscard]] std::vector<llm::CallRecord> in_doubt(const StoredRun& run, Questions which = Questions::open);

// The calls that wait for a person to allow them.
[[nodiscard]] std::vector<llm::CallRecord> awaiting_approval(const StoredRun& run, Questions which = Questions::open);

// Why nothing that the run asks needs an answer any more: its cancellation waits to be taken in, or it ends with a run
// above it.
struct GivenUp {
  std::string above;  // that run; empty: the run itself was asked to cancel
};

// Nothing: the run goes on, or has ended. Throws Error store.* when the store cannot be read.
[[nodiscard]] Task<std::optional<GivenUp>> given_up(journal::JournalStore& store, journal::RunRow row);

}  // namespace executus
