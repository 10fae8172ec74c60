// A run as its journal tells it, without folding it: what a list of runs shows of it.
#pragma once

#include <span>

#include <executus/audit/history.hpp>

namespace executus::audit {

// What the row says.
[[nodiscard]] AuditRun run_of(const journal::RunRow& row);

// Adds what entries say, which come in the order of the journal. `last_said`: of the answers so far, what an end
// without an output of its own leaves as output. Throws Error journal.* when a definition cannot be read.
void tell(AuditRun& run, std::span<const journal::Entry> entries, std::string& last_said);

}  // namespace executus::audit
