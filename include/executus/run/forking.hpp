// A new run from a step of a stored one: `runs fork`.
//
// A step is a model response and the calls it asked for. A fork at step N holds what the run had after N steps, and
// what was said to it before the next: its journal begins with that part of the other one's. The next response is asked
// for anew, so a question that came with it is asked anew. Of step N itself, calls without an outcome are calls of the
// fork: put before the gate again, with keys of the fork, and delegations with runs of its own. What was done stays
// done; the usage of what was taken over is the other run's.
//
// The fork is a run of its own, without a parent, with limits that count from here but for steps, and is delivered
// nowhere. The other run is only read; it may be running.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/run/dry_run.hpp>
#include <executus/run/executor.hpp>

namespace executus {

struct ForkOptions {
  int at = 0;                                       // steps that are taken over; 0: the input alone
  std::optional<std::string> prompt = {};           // in place of the run's
  std::string model = {};                           // a spec, tier or alias in place of the agent's; empty: the same
  std::map<std::string, std::string> results = {};  // by call id, of steps that are taken over: what the call came to
  RunId run_id = {};                                // of the new run; empty: a new UUIDv7
};

struct Forked {
  RunId run;            // queued: any process may take it up. Of a dry run: nothing, unless it was named
  int steps = 0;        // that were taken over
  bool created = true;  // false: this fork was made before, under this id
  std::vector<std::string> begun_anew = {};  // call ids of the last step that the fork makes again
};

// Throws Error run.unknown, fork.step (the run has no such step), fork.call (a result is given for a call that is not
// there, or was denied), fork.in_doubt (a call of the last step may have happened: give its result, or fork before it),
// submission.conflict for a run_id that another run has, config.* or model.* for the model, journal.* when the run
// cannot be read, and store.*. Nothing was made then.
[[nodiscard]] Task<Forked> fork_run(const Executor& executor, journal::JournalStore& store, RunId run,
                                    ForkOptions options, DryRun dry_run = DryRun::no);

}  // namespace executus
