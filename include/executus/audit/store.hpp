// Port: keeps records of runs for a host that has no journal store, or wants a record of its own. AuditSink
// (executus/audit/sink.hpp) writes them while runs happen. On executus's own stores none of this is needed: there
// JournalHistory reads the journal.
//
// A run may be taken up more than once: each start() begins a stay, and its record goes on.
//
// Threads: all methods from any; one call at a time for a run. Cancellation: a call that is cancelled may or may not
// have happened. Errors: Error "store.*", with nothing changed.
#pragma once

#include <cstddef>
#include <cstdint>

#include <executus/audit/history.hpp>

namespace executus::audit {

class AuditStore : public RunHistory {
 public:
  // Returns the number of the stay, from 1. The first makes the record, with the root of its parent's, or itself where
  // there is no such record. A later one changes nothing of `info`; the run has not ended any more.
  [[nodiscard]] virtual Task<int> start(RunInfo info) = 0;

  // Adds an event, and gives it its number. Nothing of a run that has no record.
  [[nodiscard]] virtual Task<void> append(RunId run, AuditEvent event) = 0;

  // The stay is over. The run has ended when `stats` say so (is_terminal); otherwise it waits, or was left. No effect
  // when another stay has begun since: the process that let go of the run told it late.
  [[nodiscard]] virtual Task<void> finish(RunId run, int stay, RunStats stats, WallTime at) = 0;

  // Erases the run's record and events. False: there is none.
  [[nodiscard]] virtual Task<bool> erase(RunId run) = 0;

  // Erases those of which nothing was written since `before`, but not of runs that wait. Returns how many.
  [[nodiscard]] virtual Task<std::size_t> purge(WallTime before) = 0;
};

}  // namespace executus::audit
