// Exit codes: a promise to scripts.
#pragma once

#include <span>

#include <executus/run/outcome.hpp>
#include <executus/run/recovery.hpp>

namespace executus::cli {

enum class Exit : int {
  ok = 0,
  error = 1,
  usage = 2,  // usage, configuration, or the store refused the submission
  waits = 3,
  timeout = 4,
  killed = 5,
  quarantined = 6,
  cancelled = 7,
  left = 130,        // left for recovery, whatever interrupted it
  reader_gone = 141  // as of a program that SIGPIPE ends: the reader closed the output
};

// The run was never admitted: nothing exists under its id.
[[nodiscard]] bool was_refused(const RunOutcome& outcome);

// Of a run this process drove, or waited for.
[[nodiscard]] Exit exit_code(const RunOutcome& outcome);

// Of a recovery pass: 1 some failed (or could not be opened), else 3 some wait (or lack something here), else 0.
[[nodiscard]] Exit exit_code(std::span<const Recovered> recovered);

}  // namespace executus::cli
