// Opening a run: from an agent, or from a stored run, to a LiveRun that can be driven.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/run/executor.hpp>

#include "run/life/live_run.hpp"
#include "run/open/continued.hpp"
#include "run/open/own_turn.hpp"
#include "run/open/resolving.hpp"
#include "run/open/turns_by_id.hpp"

namespace executus::run {

struct Submission {
  Agent agent;
  Invocation invocation;
  bool has_new_id = false;  // made for it in this process: no other submission can have it
};

// Where a run stands among runs: what drives its children, and, for one that its parent drives, what comes from there.
struct Lineage {
  ChildRuns& children;  // outlives the run
  std::optional<DelegationBounds> bounds = {};
  Watchers* parent = nullptr;
};

// What a submitter brings along for the live run, and cannot be stored.
struct Companions {
  std::vector<std::shared_ptr<tool::Tool>> extra_tools = {};
  SessionFactory session = {};
  std::shared_ptr<RunObserver> observer = {};
  std::optional<std::uint64_t> lapses = {};  // of the store's lease before the run was claimed
};

// What opening led to: a run to drive here, or an answer at once (the run ended before, waits, or is queued).
struct Opened {
  std::unique_ptr<LiveRun> live;
  std::unique_ptr<RunOutcome> answer;
};

// Every method throws Error when the run is refused; nothing was acknowledged then.
class Opening final {
 public:
  // `sender` may be null.
  Opening(const ExecutorConfig& config, Sender* sender, Logger& logger)
      : config_(config), sender_(sender), logger_(logger) {}

  // Admits the run, or attaches to the one that has its id. A run that a snapshot host continues is failed or left in
  // its own record when it cannot be opened (fruitless.hpp); one that is left answers.
  [[nodiscard]] Task<Opened> submit(std::unique_ptr<Submission> submission, Lineage lineage);

  // Attaches to a run that exists: an ended run answers, one without a worker is taken up when it has
  // a place, a live run is waited for.
  [[nodiscard]] Task<Opened> attach(journal::RunRow row, Lineage lineage, Companions companions = {});

  // Takes up a run that was claimed by this process. When that fails the run is given back, and the attempt counts,
  // unless it is the store that failed, this process lacks what the run needs, or the attempt was cancelled. A run
  // whose journal is damaged (journal.malformed) is quarantined: no further attempt could do better. One that was asked
  // to cancel ends even so.
  [[nodiscard]] Task<Opened> take_up(journal::RunRow claimed, Lineage lineage, Companions companions = {});

  // The first entry of a child run, for its parent's transaction.
  [[nodiscard]] journal::Admission child_admission(const Agent& agent, const Invocation& invocation,
                                                   const Clock& clock) const;

  // What this process lacks to drive a run of the agent, or the run that was admitted so. Opens nothing.
  [[nodiscard]] std::vector<std::string> missing_for(const Agent& agent) const;
  [[nodiscard]] std::vector<std::string> missing_for(const RunId& run, const journal::Admitted& admitted) const;

  // The agent as a run that was admitted so stores it. Throws Error as submit() does.
  [[nodiscard]] Agent as_admitted(const RunId& run, const journal::Admitted& admitted, Agent agent) const;
  // A stored agent whose model is looked up now. Throws Error when it is unknown.
  [[nodiscard]] Agent with_its_model(Agent agent) const;

 private:
  std::vector<std::string> missing_for(const Agent& agent, const Invocation& invocation,
                                       std::optional<SessionStage> session) const;
  struct Base {
    Definition definition = Definition::fresh;
    journal::Checkpoint begun = {};  // before its first entry
    std::uint64_t upto = 0;
    BaseEnd end = BaseEnd::other;
  };
  Task<Base> base_of(Submission& submission);
  Task<bool> is_there(RunId run);
  Task<bool> is_kept_later(const Agent& agent, const Submission& submission);
  Task<void> take_files_over(const Invocation& invocation);
  Task<void> require_readable(RunId run);
  Task<Opened> open_new(std::unique_ptr<Submission> submission, Lineage lineage);
  Task<Opened> answer_of_ended(std::unique_ptr<Submission> submission);
  Task<void> give_up_record(RunWriter& record, bool ok);
  Task<Opened> answer_for(journal::RunRow row);
  // How an admission that gave no new run refuses.
  static Error refusal(journal::AdmitVerdict verdict, const RunId& run);
  // attaching.cpp
  Task<bool> may_claim(journal::RunRow row);
  Task<Opened> stays_elsewhere(journal::RunRow row, std::optional<journal::QueueLimit> limit);
  void tell_of_limit(const journal::RunRow& row, const journal::QueueLimit& limit) const;
  Task<Opened> open_claimed(journal::RunRow claimed, Lineage lineage, Companions companions);
  std::unique_ptr<LiveRun> make_live(LiveRun::Parts parts, journal::Checkpoint checkpoint, Lineage lineage,
                                     std::vector<std::string> ancestors, const Clock& clock) const;

  const ExecutorConfig& config_;
  Sender* const sender_;
  Logger& logger_;
  OwnTurn own_turn_;
  TurnsById beginning_;  // runs that get a session: it is made before the store says that the id is new
};

}  // namespace executus::run
