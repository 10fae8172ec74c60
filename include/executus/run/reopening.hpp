// An ended run goes on: `runs retry`.
//
// The run keeps its id, its journal and the keys of its calls; what is in the journal is not done again. Its limits
// count anew from here: max_runtime, steps, and the guards against loops. An answer that was cut or refused is asked
// for again. Calls that were in doubt when it ended are settled by their effect class, or ask. Its next end is an end
// of its own: it is delivered, audited and told to finalizers as the first one was. A parent that has taken the first
// end in does not hear of the second.
#pragma once

#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>
#include <executus/run/dry_run.hpp>

namespace executus {

struct Reopening {
  enum What {
    accepted,        // durable: the run is queued, any process may take it up
    not_ended,       // it goes on by itself, by recovery, or after an answer
    ended_for_good,  // as ok, cancelled or killed: `status`. Begin a new run, or fork it
    ending_below,    // runs below it are being cancelled by its end, and go on with it once they have ended: `below`
    no_such_run
  };
  What what = accepted;
  RunStatus status = RunStatus::queued;  // as the run stood before
  std::string error = {};                // of accepted: what it had ended with
  std::vector<RunId> below = {};         // of accepted: runs that its end had cancelled, and that go on with it
  friend bool operator==(const Reopening& reopening, What wanted) noexcept { return reopening.what == wanted; }
};

// Lets a run go on that ended in `error` or `timeout`; of two at the same time one is accepted. `by`: the person who
// asks, kept in the journal. Throws Error store.* with the run as it was, and journal.* when its journal cannot be
// read.
[[nodiscard]] Task<Reopening> retry_run(journal::JournalStore& store, RunId run, std::string by = "",
                                        DryRun dry_run = DryRun::no);

}  // namespace executus
