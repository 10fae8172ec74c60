// A run that lives in this process: its watchers, its loop, its ending, and what follows.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <executus/run/executor.hpp>

#include "run/calls/delegation.hpp"
#include "run/calls/dispatcher.hpp"
#include "run/calls/gatekeeper.hpp"
#include "run/life/aftermath.hpp"
#include "run/life/closing.hpp"
#include "run/life/ending.hpp"
#include "run/record/inbox.hpp"
#include "run/record/recorder.hpp"
#include "run/record/session_hub.hpp"
#include "run/step/offers.hpp"
#include "run/step/pipeline.hpp"
#include "run/step/step_host.hpp"

namespace executus::run {

class Supervision;

class LiveRun final {
 public:
  struct Parts {
    RunInfo info;
    Agent agent;
    Stage stage;
    std::vector<std::string> missing = {};  // why its model cannot be asked here
    std::shared_ptr<RunWriter> writer;      // may be null
    Sender* sender = nullptr;               // null: nothing is delivered here
    std::string worker;
    std::int64_t epoch = 0;
    int attempts_before = 0;
    Amounts used_before = {};  // as its row says
    bool claimed = false;      // taken over from another process; commands may wait
    int fruitless = 0;  // of a run kept as snapshots: this attempt to continue it, counted in a row; 0: it is new
    DeliveryTarget delivery;
    std::shared_ptr<RunObserver> observer;  // of this run alone; may be null
    std::shared_ptr<SessionHub> session;    // may be null
    HeldSession session_tools;
    std::unique_ptr<RunSources> sources;     // null: it has no tools of any
    std::optional<DelegationBounds> bounds;  // set when there are delegates
    Watchers* parent = nullptr;              // of a child driven by its parent; outlives this
  };
  LiveRun(Parts parts, journal::Checkpoint checkpoint, const ExecutorConfig& config, ChildRuns& children,
          const Clock& clock, Logger& logger);

  // From here to the end of this process's part in the run. Never throws.
  [[nodiscard]] Task<std::unique_ptr<RunOutcome>> drive();

  // Looks at the inbox while the loop waits somewhere: a cancel command ends the wait, others are heard at the next
  // boundary. On the run's strand.
  [[nodiscard]] Task<void> look_at_inbox();

  [[nodiscard]] const RunId& id() const noexcept { return parts_.info.run; }
  // Why drive() left it: others have taken its place while runs below it worked.
  [[nodiscard]] bool lost_its_place() const noexcept { return host_.lost_its_place(); }

 private:
  Task<void> loop();
  Task<void> loop_in_scope();
  Task<void> work();
  [[nodiscard]] bool may_ask_model() const;
  Task<void> ask_sources();
  Task<void> check_budget();
  Task<void> begin_spending();
  [[nodiscard]] std::vector<std::string> specs() const;
  Stop& stop();
  Stop stopped();
  [[nodiscard]] std::string misfit(const agent::AnswerForm& form) const;
  [[nodiscard]] bool is_journaled() const {
    return parts_.writer && parts_.writer->keeps() == RunWriter::Keeps::everything;
  }
  [[nodiscard]] std::string waits_for() const;
  void open_watchers();
  void use_new_tools();
  std::unique_ptr<CriticHandle> ask_for_critic();

  Task<std::unique_ptr<RunOutcome>> end_stay();
  Task<std::unique_ptr<RunOutcome>> afterwards(const Ending& ending);
  std::unique_ptr<RunOutcome> outcome(const Ending& ending) const;

  // What of an agent a live run still needs: ten thousand of them may be waiting.
  struct Policy {
    std::string root;
    Milliseconds max_runtime{0};
    OnInDoubt on_in_doubt = OnInDoubt::park;
    OnModelUnavailable on_model_unavailable = OnModelUnavailable::park;
    CriticSettings critic;
    Permissions permissions;
    std::vector<Phase> phases;
  };
  struct Ends {  // what follows the run's end; most runs have none
    DeliveryTarget delivery;
    SessionTools session_tools;
  };
  struct Kept {
    RunInfo info;
    Policy agent;
    Stage stage;
    std::shared_ptr<RunWriter> writer;
    Sender* sender = nullptr;
    std::shared_ptr<SessionHub> session;
    std::unique_ptr<Ends> ends;  // null: nothing
    int attempts_before = 0;
    bool claimed = false;
    int fruitless = 0;
  };
  static Kept keep(Parts& parts);

  Kept parts_;
  const ExecutorConfig& config_;
  Logger& logger_;
  Watchers watchers_;
  Recorder recorder_;
  std::unique_ptr<Offers> offers_;  // null: it has no sources
  Gatekeeper gate_;
  std::unique_ptr<Delegation> delegation_;
  std::unique_ptr<Spending> spending_;  // null: nothing limits the run
  StageModel model_;
  Dispatcher dispatcher_;
  Inbox inbox_;
  Shortening shortening_;
  StepHost host_;
  std::unique_ptr<Pipeline> pipeline_;  // with phases
  std::unique_ptr<AuditRecord> audit_;
  Boxed<Stop> stop_;  // what stopped the loop; none while it goes on
  bool admitted_by_budget_ = false;
  CancelScope* scope_ = nullptr;        // the run's own, while its loop runs
  Supervision* supervision_ = nullptr;  // likewise
  bool driven_before_;
  Milliseconds elapsed_at_start_;
};

}  // namespace executus::run
