#include <mutex>
#include <unordered_map>
#include <utility>

#include <executus/async/task_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/run/executor.hpp>

#include "run/live_run.hpp"
#include "run/opening.hpp"

namespace executus {
namespace {

ExecutorConfig with_defaults(ExecutorConfig config) {
  const Defaults fallback;
  auto& d = config.defaults;
  if (d.max_iterations <= 0) d.max_iterations = fallback.max_iterations;
  if (d.max_runtime.count() <= 0) d.max_runtime = fallback.max_runtime;
  if (d.fallback_tier.empty()) d.fallback_tier = fallback.fallback_tier;
  if (d.max_consecutive_tool_errors <= 0) d.max_consecutive_tool_errors = fallback.max_consecutive_tool_errors;
  if (d.compaction_threshold_ratio <= 0) d.compaction_threshold_ratio = fallback.compaction_threshold_ratio;
  if (d.critic_absolute_max.count() <= 0) d.critic_absolute_max = fallback.critic_absolute_max;
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

}  // namespace

// A child's scope is its own: what ends its parent reaches it as what it is for the child.
class ParentsEnd final : public CancelListener {
 public:
  explicit ParentsEnd(CancelScope& child) : child_(child) {}
  void follow(CancelScope& parent) {
    if (parent.cancelled())
      on_cancel(*parent.why());
    else
      parent.attach(*this);
  }

 private:
  void on_cancel(const Cancellation& why) noexcept override {
    bool the_process = why.cause == Cause::shutdown || why.cause == Cause::ownership_lost;
    child_.cancel({the_process ? Cause::shutdown : Cause::caller, "the run above it ended: " + why.detail});
  }
  CancelScope& child_;
};

class Executor::Impl : public run::ChildRuns, public std::enable_shared_from_this<Executor::Impl> {
 public:
  explicit Impl(ExecutorConfig config)
      : config_(with_defaults(std::move(config))),
        logger_(config_.logger ? *config_.logger : null_logger()),
        opening_(config_, *this, logger_) {}

  Task<RunOutcome> run(std::unique_ptr<run::Submission> submission);
  Task<RunOutcome> resume(journal::RunRow claimed);
  std::vector<std::string> missing_for(const Agent& agent) const { return opening_.missing_for(agent); }
  void nudge(const RunId& run);

  Task<RunOutcome> run_child(Agent agent, Invocation invocation, DelegationGuard guard, run::Watchers& parent) override;
  std::optional<journal::Admission> child_admission(const Agent& agent, const Invocation& invocation,
                                                    const Clock& clock) override;

 private:
  using LiveRun = run::LiveRun;

  Task<std::unique_ptr<RunOutcome>> open_and_drive(std::unique_ptr<run::Submission> submission, run::Lineage lineage);
  Task<run::Opened> open(std::unique_ptr<run::Submission> submission, run::Lineage lineage);
  Task<std::unique_ptr<RunOutcome>> drive(run::Opened opened);
  Task<void> give_back(journal::RunRow claimed);

  const ExecutorConfig config_;
  Logger& logger_;
  run::Opening opening_;
  struct Live {
    LiveRun* run;
    TaskGroup* group;
    std::shared_ptr<Strand> strand;
  };
  std::mutex mutex_;
  std::unordered_map<RunId, Live> live_;
};

Task<RunOutcome> Executor::Impl::run(std::unique_ptr<run::Submission> submission) {
  auto outcome = co_await open_and_drive(std::move(submission), {});
  co_return std::move(*outcome);
}

Task<RunOutcome> Executor::Impl::run_child(Agent agent, Invocation invocation, DelegationGuard guard,
                                           run::Watchers& parent) {
  TaskContext context = co_await this_task();
  CancelScope scope;
  ParentsEnd parents_end(scope);
  parents_end.follow(*context.scope);
  TaskContext inner{context.strand, &scope};
  invocation.start = Invocation::Start::now;
  auto submission = std::make_unique<run::Submission>(run::Submission{std::move(agent), std::move(invocation)});
  run::Lineage lineage{std::move(guard), &parent};
  auto outcome = co_await open_and_drive(std::move(submission), std::move(lineage)).in(inner);
  co_return std::move(*outcome);
}

// A child that cannot be set up here is not created: its submission says why, as the outcome of the call.
std::optional<journal::Admission> Executor::Impl::child_admission(const Agent& agent, const Invocation& invocation,
                                                                  const Clock& clock) {
  if (!config_.ports.journal || agent.durability == Durability::memory) return std::nullopt;
  try {
    return opening_.child_admission(agent, invocation, clock);
  } catch (const Error& problem) {
    logger_.log(LogLevel::warn, "a child run of " + invocation.parent.str() + " cannot start: " + problem.message());
    return std::nullopt;
  }
}

// A child that is there already is the one: it was created by the same call, whatever this process resolves today.
Task<run::Opened> Executor::Impl::open(std::unique_ptr<run::Submission> submission, run::Lineage lineage) {
  if (lineage.parent && config_.ports.journal) {
    auto row = co_await config_.ports.journal->find(submission->invocation.run_id);
    if (row && row->parent == submission->invocation.parent.str())
      co_return co_await opening_.attach(std::move(*row), std::move(lineage));
  }
  co_return co_await opening_.submit(std::move(submission), std::move(lineage));
}

// Open, then loop and finalize (LiveRun::drive). The one boundary behind which nothing throws. Outcomes are handed on
// by pointer: a frame that waits should not hold room for one.
[[gnu::noinline]] Task<std::unique_ptr<RunOutcome>> Executor::Impl::open_and_drive(
    std::unique_ptr<run::Submission> submission, run::Lineage lineage) {
  TaskContext context = co_await this_task();
  RunId& id = submission->invocation.run_id;
  if (id.empty()) id = RunId::generate(context.strand->loop().clock());
  RunId run = id;
  std::string agent = submission->agent.name;
  std::optional<Error> problem;
  try {
    auto opened = co_await open(std::move(submission), std::move(lineage));
    co_return co_await drive(std::move(opened));
  } catch (...) {
    problem = current_error();
  }
  co_return refused(std::move(run), std::move(agent), *problem);
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
  co_await give_back(claimed);
  auto outcome = refused(claimed.id, claimed.agent, *problem);
  outcome->status = RunStatus::running;
  outcome->reason = std::exchange(outcome->error, "");
  co_return std::move(*outcome);
}

// It could not even be opened: left for recovery, and the attempt counts, so that quarantine ends a hopeless run.
Task<void> Executor::Impl::give_back(journal::RunRow claimed) {
  try {
    auto release = config_.ports.journal->release(claimed.id, claimed.epoch, true);
    co_await detached_for(Milliseconds(10'000), std::move(release), "giving a run back");
  } catch (...) {
    logger_.log(LogLevel::error, "run " + claimed.id.str() + " could not be given back: " + current_error().message());
  }
}

[[gnu::noinline]] Task<std::unique_ptr<RunOutcome>> Executor::Impl::drive(run::Opened opened) {
  if (opened.answer) co_return std::move(opened.answer);
  TaskContext context = co_await this_task();
  TaskGroup lookers(context);
  LiveRun& live = *opened.live;
  {
    std::lock_guard lock(mutex_);
    live_[live.id()] = {&live, &lookers, context.strand->shared_from_this()};
  }
  auto outcome = co_await live.drive();
  {
    std::lock_guard lock(mutex_);
    live_.erase(live.id());
  }
  co_return outcome;
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
  strand->post([this, keep = shared_from_this(), run] {
    std::unique_lock lock(mutex_);
    auto found = live_.find(run);
    if (found == live_.end()) return;
    Live live = found->second;
    lock.unlock();
    live.group->spawn(live.run->look_at_inbox());
  });
}

Executor::Executor(ExecutorConfig config) : impl_(std::make_shared<Impl>(std::move(config))) {}
Executor::~Executor() = default;

Task<RunOutcome> Executor::run(Agent agent, Invocation invocation) {
  return impl_->run(std::make_unique<run::Submission>(run::Submission{std::move(agent), std::move(invocation)}));
}
Task<RunOutcome> Executor::resume(journal::RunRow claimed) { return impl_->resume(std::move(claimed)); }
std::vector<std::string> Executor::missing_for(const Agent& agent) const { return impl_->missing_for(agent); }
void Executor::nudge(const RunId& run) { impl_->nudge(run); }

}  // namespace executus
