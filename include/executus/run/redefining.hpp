// A run goes on with another definition of its agent: `runs upgrade`.
//
// A run goes on with the definition it was started with, in every process, unless a person says otherwise. The new one
// holds from the entry `redefined` on. What the run keeps: its id, invocation, inputs and durability, its root unless
// the agent names one, the phases that are over, and, of the phase that runs, the prompt as it was rendered. Calls that
// were not sent yet are put before the gate again, by the new permissions; an approval they had counts no more.
#pragma once

#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/run/dry_run.hpp>
#include <executus/run/executor.hpp>

namespace executus {

struct Redefinition {
  enum What {
    accepted,         // durable: the run is queued, any process may take it up
    same,             // the agent is what the run has already; nothing was changed
    refused,          // the run cannot go on with it: `hindrances`
    driven,           // a living process drives the run: cancel it there, or wait
    answers_waiting,  // an answer was given and not taken in: continue the run first
    ended,            // see reopening.hpp
    no_such_run
  };
  // A member of the stored definition (to_json of Agent), by its name there. null: absent.
  struct Change {
    std::string what;
    boost::json::value before, after;
  };
  What what = accepted;
  RunStatus status = RunStatus::queued;  // as the run stood before
  std::vector<Change> changes = {};
  std::vector<std::string> hindrances = {};  // in words for people
  friend bool operator==(const Redefinition& redefinition, What wanted) noexcept { return redefinition.what == wanted; }
};

// `agent` as for a submission; `by`: the person who asks, kept in the journal. Throws Error store.* with the run as it
// was, journal.* when its journal cannot be read, and what a submission of the agent would (config.*, tool.*, ...).
[[nodiscard]] Task<Redefinition> upgrade_run(const Executor& executor, journal::JournalStore& store, RunId run,
                                             Agent agent, std::string by = "", DryRun dry_run = DryRun::no);

}  // namespace executus
