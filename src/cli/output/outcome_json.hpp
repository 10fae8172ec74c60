// Runs as JSON, with the keys scripts rely on.
#pragma once

#include <boost/json/object.hpp>

#include <executus/journal/store.hpp>
#include <executus/run/outcome.hpp>

namespace executus::cli {

enum class Messages { left_out, included };

// Of `run --json` and `runs show --json` (with the transcript).
[[nodiscard]] boost::json::object to_json(const RunOutcome& outcome, Messages messages);

// One row of `runs list --json`.
[[nodiscard]] boost::json::object to_json(const journal::RunRow& row);

// {"seq", "at", "kind", "elapsed_ms", ...the entry's own fields}: a line of `runs events --json`.
[[nodiscard]] boost::json::object to_json(const journal::Entry& entry);

}  // namespace executus::cli
