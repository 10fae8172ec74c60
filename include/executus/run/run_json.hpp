// Runs as JSON, with the keys scripts rely on: what the command line prints, and what a host sends elsewhere.
#pragma once

#include <boost/json/object.hpp>

#include <executus/journal/store.hpp>
#include <executus/run/outcome.hpp>
#include <executus/run/question.hpp>

namespace executus {

enum class Messages { left_out, included };

// Of `run --json` and `runs show --json` (with the transcript).
[[nodiscard]] boost::json::object to_json(const RunOutcome& outcome, Messages messages);

// {"id", "kind", "tool", "summary", "status"}
[[nodiscard]] boost::json::object to_json(const Activity& activity);

// What a run's row says that its outcome does not: {"root_run_id", "version", "channel", "attributes", "ended_at",
// "error_code", "cost_micro_usd", "known_cost_micro_usd", "unpriced_calls", "priority", "queue"}. Part of `runs show
// --json`. The cost is null when that of any call is not known; then the known part is no more than a part.
[[nodiscard]] boost::json::object books_json(const journal::RunRow& row);

// One row of `runs list --json`, with all of that.
[[nodiscard]] boost::json::object to_json(const journal::RunRow& row);

// How the delivery of an end stands: "delivery" of an outcome.
[[nodiscard]] boost::json::object to_json(const journal::Outgoing& outgoing);

// {"seq", "at", "kind", "elapsed_ms", ...the entry's own fields}: a line of `runs events --json`.
[[nodiscard]] boost::json::object to_json(const journal::Entry& entry);

// {"run_id", "agent", "asks": "approval" | "outcome", "call_id", "tool", "arguments", "digest"}
[[nodiscard]] boost::json::object to_json(const Question& question);

}  // namespace executus
