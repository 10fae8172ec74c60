// How a run stands when executus lets go of it: ended, or waiting, or left for recovery (status `running`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <executus/base/described.hpp>
#include <executus/base/error.hpp>
#include <executus/base/ids.hpp>
#include <executus/base/result.hpp>
#include <executus/journal/checkpoint.hpp>
#include <executus/journal/status.hpp>
#include <executus/journal/store.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/run/agent.hpp>

namespace executus {

// One tool call as people see it.
struct Activity {
  std::string id;
  std::string kind;
  std::string tool;
  std::string summary;  // at most 200 characters
  enum class State { running, complete, error };
  State state = State::running;
};

struct CallSummary {
  std::string call_id;
  std::string tool;
  std::string effect;
  llm::CallState state = llm::CallState::pending;
  int dispatches = 0;  // of calls with effects (keyed, probeable, irreversible): the journal counts no others
  std::string idempotency_key;
};

struct RunOutcome {
  RunId run_id;
  RunStatus status = RunStatus::error;
  std::string reason;                       // why it waits, is quarantined, was left or cancelled; else empty
  std::optional<WallTime> wake_at = {};     // of a run that waits: when it goes on by itself
  std::vector<std::string> signals = {};    // likewise, by name: those it waits for
  std::string output;                       // the final answer; partial when the run did not end well
  std::optional<llm::FinishReason> finish;  // of the last response, if any
  std::string error;                        // empty when there is none
  std::string error_code;  // stable; "" when there is none. store.*, submission.*, ...: nothing was acknowledged
  std::string agent;
  std::string parent;
  std::string continues = {};  // the run that it goes on from; empty: none
  int iterations = 0;
  int attempts = 0;
  llm::Usage usage;
  llm::Usage unanswered_usage = {};  // the part of it that calls used which gave no response
  std::vector<Activity> activities;
  std::vector<CallSummary> tool_calls;
  llm::Transcript messages;            // of all phases, in order, after those of the runs that it continues
  std::size_t inherited_messages = 0;  // so many of them are of those runs
  std::vector<journal::PhaseEnded> phases = {};
  int runs_below = 0;  // that it started, and those started
  // Steer messages that no model heard before the run ended, and signals that no call took ("signal NAME PAYLOAD").
  std::vector<std::string> unheard = {};
  boost::json::value post_run_result = {};         // what the host's post-run hook returned
  std::vector<Artifact> artifacts = {};            // files that the run's calls handed in, in order
  std::string delivery_id = {};                    // of what was posted: what Delivery::deliver() returned
  std::optional<journal::Outgoing> outgoing = {};  // with a target and a store: what became of the delivery so far
  // The answer as a value, checked against `Agent::output`: of a run that is ok and whose agent has an output.
  std::optional<boost::json::value> typed = {};

  [[nodiscard]] bool ok() const noexcept { return status == RunStatus::ok; }

  // The answer as a T (executus/base/described.hpp). Throws Error run.no_value, which says how the run ended, when
  // there is no value, or it is none of a T.
  template <class T = boost::json::value>
  [[nodiscard]] T value() const {
    if (!typed) throw no_value();
    Result<T> read = from_json<T>(*typed);
    if (!read.ok()) throw no_value(read.error());
    return std::move(read).value();
  }

  [[nodiscard]] Error no_value() const;
  [[nodiscard]] Error no_value(const Error& why) const;  // there is one of another type
};

[[nodiscard]] std::string_view to_string(Activity::State state);

// The outcome of a run as its journal tells it: for a run that ends here, and for `runs show`. `tools` supplies the
// effect classes of calls (the run's definition has them).
[[nodiscard]] RunOutcome outcome_of(const RunId& run, const journal::Checkpoint& checkpoint,
                                    const std::vector<DefinedTool>& tools);

// Sets `typed` where the output, of a run that is ok, is a value that fits `schema`. An empty one: the answer is text.
void set_value(RunOutcome& outcome, const boost::json::object& schema);

// What the run's row alone tells.
[[nodiscard]] RunOutcome outcome_of(const journal::RunRow& row);

// Of a row that was read before the journal: where the run ended in between, the journal counts.
[[nodiscard]] RunOutcome outcome_of(const journal::RunRow& row, const journal::Checkpoint& checkpoint,
                                    const std::vector<DefinedTool>& tools);

// The activity of a call, from the call alone: its summary names the tool and its arguments, clipped to 200 characters.
[[nodiscard]] Activity activity_of(const llm::CallRecord& call);

// SHA-256 over the canonical JSON of what a run said and did: docs/concepts/durability.md. Equal for a run that was
// killed any number of times and for the uninterrupted one, given the same answers of model and tools.
[[nodiscard]] std::string digest_of(const RunOutcome& outcome);

}  // namespace executus
