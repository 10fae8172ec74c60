#include <mutex>
#include <unordered_map>
#include <utility>

#include <executus/async/task_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/run/executor.hpp>

#include "async/cancel_link.hpp"
#include "run/life/live_run.hpp"
#include "run/open/opening.hpp"
#include "run/record/backoff.hpp"

namespace executus {
namespace {

constexpr Milliseconds kEndOfChild{10'000};

ExecutorConfig with_defaults(ExecutorConfig config) {
  const Defaults fallback;
  auto& d = config.defaults;
  if (d.max_iterations <= 0) d.max_iterations = fallback.max_iterations;
  if (d.max_runtime.count() <= 0) d.max_runtime = fallback.max_runtime;
  if (d.fallback_tier.empty()) d.fallback_tier = fallback.fallback_tier;
  if (d.max_consecutive_tool_errors <= 0) d.max_consecutive_tool_errors = fallback.max_consecutive_tool_errors;
  if (d.compaction_threshold_ratio <= 0) d.compaction_threshold_ratio = fallback.compaction_threshold_ratio;
  if (d.critic_absolute_max.count() <= 0) d.critic_absolute_max = fallback.critic_absolute_max;
  if (d.drain_window.count() <= 0) d.drain_window = fallback.drain_window;
  if (d.max_same_tool_call_repeats <= 0) d.max_same_tool_call_repeats = fallback.max_same_tool_call_repeats;
  return config;
}

std::unique_ptr<RunOutcome> refused(RunId run, std::string agent, const Error& why) {
  auto answer = std::make_unique<RunOutcome>();
  RunOutcome& outcome = *answer;
  outcome.run_id = std::move(run);
  outcome.agent = std::move(agent);
  outcome.status = RunStatus::error;
  outcome.error = why.message();
  outcome.error_code = why.code();
  return answer;
}

// A run that stays for recovery: it could not be taken up here. One with a damaged journal was quarantined.
std::unique_ptr<RunOutcome> left(const journal::RunRow& row, const Error& why) {
  auto outcome = refused(row.id, row.agent, why);
  outcome->status = why.code() == "journal.malformed" ? RunStatus::quarantined : RunStatus::running;
  outcome->reason = std::exchange(outcome->error, "");
  return outcome;
}

bool is_ours_to_end(Cause cause) { return cause != Cause::shutdown && cause != Cause::ownership_lost; }

// A child's scope is its own: what ends its parent reaches it as what it is for the child. One that is not kept ends
// with its parent, unless that goes on elsewhere.
std::optional<Cancellation> for_child(const Cancellation& why) {
  bool the_process = why.cause == Cause::shutdown || why.cause == Cause::ownership_lost;
  return Cancellation{the_process ? Cause::shutdown : Cause::caller, "the run above it ended: " + why.detail};
}

// A durable child is only let go of: whether its parent is over is not known before the parent's last entry is durable.
// That entry tells the child (see Executor::Impl::end_children()).
std::optional<Cancellation> for_durable_child(const Cancellation& why) {
  return Cancellation{Cause::shutdown, "the run above it left it: " + why.detail};
}

bool ended_badly(RunStatus status) { return is_terminal(status) && status != RunStatus::ok; }

}  // namespace

class Executor::Impl : public run::ChildRuns, public std::enable_shared_from_this<Executor::Impl> {
 public:
  explicit Impl(ExecutorConfig config)
      : config_(with_defaults(std::move(config))),
        logger_(config_.logger ? *config_.logger : null_logger()),
        opening_(config_, *this, logger_) {}

  Task<RunOutcome> run(std::unique_ptr<run::Submission> submission);
  Task<RunOutcome> resume(journal::RunRow claimed);
  const run::Opening& opening() const { return opening_; }
  void nudge(const RunId& run);

  Task<RunOutcome> run_child(Agent agent, Invocation invocation, DelegationGuard guard, run::Watchers& parent) override;
  std::optional<journal::Admission> child_admission(const Agent& agent, const Invocation& invocation,
                                                    const Clock& clock) override;

 private:
  using LiveRun = run::LiveRun;

  Task<std::unique_ptr<RunOutcome>> open_and_drive(std::unique_ptr<run::Submission> submission);
  Task<std::unique_ptr<RunOutcome>> drive_child(std::unique_ptr<run::Submission> submission, run::Lineage lineage);
  Task<std::unique_ptr<RunOutcome>> drive(run::Opened opened);
  Task<void> end_children(std::vector<RunId> children);
  Task<void> end_child(RunId child);
  [[nodiscard]] bool is_kept(const Agent& agent) const {
    return config_.ports.journal && agent.durability != Durability::memory;
  }
  void let_go(const RunId& parent, const RunId& child);
  std::vector<RunId> take_let_go(const RunId& parent);

  const ExecutorConfig config_;
  Logger& logger_;
  run::Opening opening_;
  class Listed;
  struct Live {
    LiveRun* run;
    Listed* listed;
    std::shared_ptr<Strand> strand;
  };
  // Has a run be found by nudge() while it lives.
  class Listed {
   public:
    Listed(Impl& impl, LiveRun& live, TaskContext context) : impl_(impl), run_(live.id()), context_(context) {
      std::lock_guard lock(impl_.mutex_);
      impl_.live_[run_] = {&live, this, context.strand->shared_from_this()};
    }
    ~Listed() {
      std::lock_guard lock(impl_.mutex_);
      auto found = impl_.live_.find(run_);
      bool mine = found != impl_.live_.end() && found->second.listed == this;
      if (mine) impl_.live_.erase(found);  // else it was taken up again, while this driver cleaned up
    }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

    // On the run's strand.
    void look(LiveRun& live) {
      if (!lookers_) lookers_ = std::make_unique<TaskGroup>(context_);
      lookers_->spawn(live.look_at_inbox());
    }

   private:
    Impl& impl_;
    const RunId run_;
    const TaskContext context_;
    std::unique_ptr<TaskGroup> lookers_;  // made by the first look()
  };

  std::mutex mutex_;
  std::unordered_map<RunId, Live> live_;
  std::unordered_map<RunId, std::vector<RunId>> let_go_;  // children this process drove and left unfinished, by parent
};

Task<RunOutcome> Executor::Impl::run(std::unique_ptr<run::Submission> submission) {
  auto outcome = co_await open_and_drive(std::move(submission));
  co_return std::move(*outcome);
}

// What the store cannot tell now is asked again: a child is never taken for ended because of that.
Task<RunOutcome> Executor::Impl::run_child(Agent agent, Invocation invocation, DelegationGuard guard,
                                           run::Watchers& parent) {
  TaskContext context = co_await this_task();
  CancelScope scope;
  CancelLink parents_end(scope, is_kept(agent) ? for_durable_child : for_child);
  parents_end.follow(*context.scope);
  invocation.start = Invocation::Start::now;
  for (int failures = 1;; ++failures) {
    TaskContext inner{context.strand, &scope};
    std::optional<Error> problem;
    try {
      auto submission = std::make_unique<run::Submission>(run::Submission{agent, invocation});
      run::Lineage lineage{guard, &parent};
      auto outcome = co_await drive_child(std::move(submission), std::move(lineage)).in(inner);
      if (!is_terminal(outcome->status)) let_go(invocation.parent, invocation.run_id);
      co_return std::move(*outcome);
    } catch (const Cancelled&) {
      let_go(invocation.parent, invocation.run_id);
      context.scope->throw_if_cancelled();  // by the parent's own cause
      throw;
    } catch (...) {
      problem = current_error();
    }
    if (!problem->code().starts_with("store.")) {
      auto outcome = refused(invocation.run_id, agent.name, *problem);
      co_return std::move(*outcome);
    }
    parent.delay("a child run cannot be reached, trying again: " + problem->message());
    co_await sleep_for(run::backoff(failures));
  }
}

// A child that is there already is the one: it was created by the same call, whatever this process resolves today. One
// that cannot be taken up here may be elsewhere.
Task<std::unique_ptr<RunOutcome>> Executor::Impl::drive_child(std::unique_ptr<run::Submission> submission,
                                                              run::Lineage lineage) {
  std::optional<journal::RunRow> row;
  if (config_.ports.journal) row = co_await config_.ports.journal->find(submission->invocation.run_id);
  auto guard = *lineage.guard;
  if (!row || row->parent != submission->invocation.parent.str()) {
    auto opened = co_await opening_.submit(std::move(submission), std::move(lineage));
    co_return co_await drive(std::move(opened));
  }
  std::optional<Error> problem;
  try {
    auto opened = co_await opening_.attach(*row, std::move(lineage));
    if (opened.answer) guard.count(opened.answer->runs_below);  // what it started is not counted anew here
    co_return co_await drive(std::move(opened));
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    problem = current_error();
  }
  if (problem->code().starts_with("store.")) throw *problem;
  co_return left(*row, *problem);
}

// A child that cannot be set up here is not created: its submission says why, as the outcome of the call.
std::optional<journal::Admission> Executor::Impl::child_admission(const Agent& agent, const Invocation& invocation,
                                                                  const Clock& clock) {
  if (!is_kept(agent)) return std::nullopt;
  try {
    return opening_.child_admission(agent, invocation, clock);
  } catch (const Error& problem) {
    logger_.log(LogLevel::warn, "a child run of " + invocation.parent.str() + " cannot start: " + problem.message());
    return std::nullopt;
  }
}

// Open, then loop and finalize (LiveRun::drive). The one boundary behind which nothing throws. Outcomes are handed on
// by pointer: a frame that waits should not hold room for one.
[[gnu::noinline]] Task<std::unique_ptr<RunOutcome>> Executor::Impl::open_and_drive(
    std::unique_ptr<run::Submission> submission) {
  TaskContext context = co_await this_task();
  RunId& id = submission->invocation.run_id;
  if (id.empty()) id = RunId::generate(context.strand->loop().clock());
  RunId run = id;
  std::string agent = submission->agent.name;
  std::optional<Cause> cause;
  std::optional<Error> problem;
  try {
    auto opened = co_await opening_.submit(std::move(submission), {});
    co_return co_await drive(std::move(opened));
  } catch (const Cancelled& cancelled) {
    cause = cancelled.cause();
    problem = cancelled;
  } catch (...) {
    problem = current_error();
  }
  auto outcome = refused(std::move(run), std::move(agent), *problem);
  if (cause) outcome->status = is_ours_to_end(*cause) ? RunStatus::cancelled : RunStatus::running;
  co_return outcome;
}

Task<RunOutcome> Executor::Impl::resume(journal::RunRow claimed) {
  std::optional<Error> problem;
  try {
    auto opened = co_await opening_.take_up(claimed, {});
    auto outcome = co_await drive(std::move(opened));
    co_return std::move(*outcome);
  } catch (...) {
    problem = current_error();
  }
  logger_.log(LogLevel::error, "run " + claimed.id.str() + " could not be continued: " + problem->message());
  auto outcome = left(claimed, *problem);
  co_return std::move(*outcome);
}

[[gnu::noinline]] Task<std::unique_ptr<RunOutcome>> Executor::Impl::drive(run::Opened opened) {
  if (opened.answer) co_return std::move(opened.answer);
  TaskContext context = co_await this_task();
  LiveRun& live = *opened.live;
  std::unique_ptr<RunOutcome> outcome;
  {
    Listed listed(*this, live, context);
    outcome = co_await live.drive();
  }
  auto children = take_let_go(live.id());
  if (ended_badly(outcome->status) && !children.empty()) co_await end_children(std::move(children));
  co_return outcome;
}

void Executor::Impl::let_go(const RunId& parent, const RunId& child) {
  if (!config_.ports.journal) return;
  std::lock_guard lock(mutex_);
  let_go_[parent].push_back(child);
}

std::vector<RunId> Executor::Impl::take_let_go(const RunId& parent) {
  std::lock_guard lock(mutex_);
  auto found = let_go_.find(parent);
  if (found == let_go_.end()) return {};
  auto children = std::move(found->second);
  let_go_.erase(found);
  return children;
}

// The parent's last entry is durable, and the cancel commands it caused with it: here they are heard at once. What is
// not reached now hears it when it is recovered.
[[gnu::noinline]] Task<void> Executor::Impl::end_children(std::vector<RunId> children) {
  for (const auto& child : children) try {
      co_await detached_for(kEndOfChild, end_child(child), "ending a child run");
    } catch (...) {
      logger_.log(LogLevel::warn, "child run " + child.str() + " could not be ended: " + current_error().message());
    }
}

Task<void> Executor::Impl::end_child(RunId child) {
  auto row = co_await config_.ports.journal->find(child);
  if (!row || is_terminal(row->status) || row->status == RunStatus::quarantined) co_return;
  auto claimed = co_await config_.ports.journal->claim(row->id, row->epoch);
  if (claimed) (void)co_await resume(std::move(*claimed));
}

// The run may end while the message to its strand is on its way: it is looked up again there.
void Executor::Impl::nudge(const RunId& run) {
  std::shared_ptr<Strand> strand;
  {
    std::lock_guard lock(mutex_);
    auto found = live_.find(run);
    if (found == live_.end()) return;
    strand = found->second.strand;
  }
  strand->post([this, keep = shared_from_this(), mine = strand, run] {
    std::unique_lock lock(mutex_);
    auto found = live_.find(run);
    if (found == live_.end() || found->second.strand != mine) return;  // taken up again, elsewhere
    Live live = found->second;
    lock.unlock();
    live.listed->look(*live.run);
  });
}

Executor::Executor(ExecutorConfig config) : impl_(std::make_shared<Impl>(std::move(config))) {}
Executor::~Executor() = default;

Task<RunOutcome> Executor::run(Agent agent, Invocation invocation) {
  return impl_->run(std::make_unique<run::Submission>(run::Submission{std::move(agent), std::move(invocation)}));
}
Task<RunOutcome> Executor::resume(journal::RunRow claimed) { return impl_->resume(std::move(claimed)); }
std::vector<std::string> Executor::missing_for(const Agent& agent) const { return impl_->opening().missing_for(agent); }
std::vector<std::string> Executor::missing_for(const RunId& run, const journal::Admitted& admitted) const {
  return impl_->opening().missing_for(run, admitted);
}
void Executor::nudge(const RunId& run) { impl_->nudge(run); }

}  // namespace executus
