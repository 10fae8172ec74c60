#include "run/life/live_run.hpp"

#include <algorithm>
#include <utility>

#include "agent/given_answer.hpp"
#include "base/contained.hpp"
#include "run/definition/defined_tools.hpp"
#include "run/definition/phase_edges.hpp"
#include "run/life/broken_loop.hpp"
#include "run/life/contained_work.hpp"
#include "run/life/supervision.hpp"
#include "run/outcome/unopened_outcome.hpp"
#include "run/record/journal_commands.hpp"
#include "run/record/late_keeping.hpp"
#include "run/record/late_showing.hpp"
#include "run/record/lost_call.hpp"
#include "run/step/model_beside.hpp"
#include "run/step/phase_count.hpp"

namespace executus::run {
namespace {

// Whether a process has driven the run since it began, or was reopened.
bool was_driven(const journal::Checkpoint& so_far) {
  auto before = so_far.used_before ? so_far.used_before->attempts : so_far.attempts_before;
  return so_far.attempts > before;
}

// Whether an answer of it is a value: then `submit` is the kernel's own tool.
bool hands_in_values(const std::vector<Phase>& phases, const Stage& stage) {
  return stage.form || has_typed_phases(phases);
}

// Runs below this one of which no call is left here: those of phases that a kept conversation no longer has.
int forgotten_runs(const journal::Checkpoint& so_far) {
  int told = 0;
  for (const auto& call : so_far.conversation.calls())
    if (call.is_run) told += 1 + call.runs_below;
  return std::max(0, so_far.runs_below - told);
}

std::unique_ptr<Delegation> make_delegation(LiveRun::Parts& parts, const RunInfo& info,
                                            const journal::Checkpoint& so_far, ChildRuns& children,
                                            Watchers& watchers) {
  if (!parts.bounds) return nullptr;
  parts.bounds->count(forgotten_runs(so_far));
  return std::make_unique<Delegation>(std::move(parts.agent.resolved_delegates), info, std::move(*parts.bounds),
                                      parts.agent.durability, so_far.conversation.calls(), children, watchers);
}

Shortening::Parts shortening_parts(const ExecutorConfig& config, const RunInfo& info, Recorder& recorder,
                                   Watchers& watchers, StageModel& model) {
  const auto& defaults = config.defaults;
  CompactionParts compaction{config.compactor, config.models, defaults.fallback_tier,
                             defaults.compaction_threshold_ratio};
  return {info, recorder, watchers, model, std::move(compaction)};
}

// What time alone does to a run while its loop goes on. One object: the frame of that loop, which every run that waits
// has, makes room for each call that it awaits.
class Meanwhile final {
 public:
  Meanwhile(Recorder& recorder, TaskContext context) : showing_(recorder, context), keeping_(recorder, context) {}
  [[nodiscard]] Task<void> stop() {
    co_await showing_.stop();
    co_await keeping_.stop();
  }

 private:
  LateShowing showing_;
  LateKeeping keeping_;
};

std::unique_ptr<Spending> make_spending(const LiveRun::Parts& parts, const RunInfo& info, Recorder& recorder,
                                        Watchers& watchers, const ExecutorConfig& config) {
  if (!config.ports.budget) return nullptr;
  auto before = parts.used_before;
  before.time = recorder.checkpoint().elapsed;
  return std::make_unique<Spending>(Spending::Parts{info, recorder, watchers, *config.ports.budget, *config.models,
                                                    parts.epoch, before, parts.agent.budget, parts.claimed});
}

}  // namespace

LiveRun::LiveRun(Parts parts, journal::Checkpoint checkpoint, const ExecutorConfig& config, ChildRuns& children,
                 const Clock& clock, Logger& logger)
    : parts_(keep(parts)),
      config_(config),
      logger_(logger),
      watchers_(parts_.info.run, config.ports.observer, std::move(parts.observer), logger),
      recorder_(parts_.info.run, std::move(checkpoint), parts_.writer.get(), clock, watchers_),
      offers_(parts.sources
                  ? std::make_unique<Offers>(recorder_, watchers_, logger, std::move(*parts.sources), parts_.stage)
                  : nullptr),
      gate_(parts_.agent.permissions, config.ports.gate, parts_.info, recorder_.checkpoint(), logger,
            hands_in_values(parts_.agent.phases, parts_.stage) ? agent::kSubmitTool : std::string_view()),
      delegation_(make_delegation(parts, parts_.info, recorder_.checkpoint(), children, watchers_)),
      spending_(make_spending(parts, parts_.info, recorder_, watchers_, config)),
      model_({parts_.info, recorder_, watchers_, config.random ? *config.random : system_random(), *config.models}),
      dispatcher_({recorder_, watchers_, gate_, delegation_.get(), parts_.session.get(), parts_.info, parts_.agent.root,
                   config.pool, parts_.agent.on_in_doubt, config.defaults.drain_window, model_,
                   config.ports.input_files, logger}),
      inbox_(recorder_, logger),
      shortening_(shortening_parts(config, parts_.info, recorder_, watchers_, model_)),
      host_({recorder_, model_, shortening_, dispatcher_, inbox_, parts_.session.get(), delegation_.get(),
             offers_.get(), config.defaults.max_consecutive_tool_errors, config.defaults.max_same_tool_call_repeats}),
      driven_before_(was_driven(recorder_.checkpoint())),
      elapsed_at_start_(recorder_.checkpoint().elapsed) {
  watchers_.report_to(parts.parent);
  recorder_.open({parts.epoch, std::move(parts.worker)});
  host_.enter(parts_.stage, StepHost::Ceiling::critics);
  if (parts_.claimed) recorder_.expect_commands();
  if (!parts_.agent.phases.empty())
    pipeline_ = std::make_unique<Pipeline>(Pipeline::Parts{recorder_, host_, parts_.agent.phases, parts_.info.model,
                                                           parts_.stage, *config.models, delegation_.get(),
                                                           std::move(*parts.agent.system_header), logger});
  if (offers_) offers_->tell([this] { use_new_tools(); });
}

void LiveRun::use_new_tools() {
  shortening_.forget_view();
  if (pipeline_) pipeline_->take_new_tools();
}

LiveRun::Kept LiveRun::keep(Parts& parts) {
  auto& agent = parts.agent;
  Policy policy{std::move(agent.root),      agent.max_runtime, agent.on_in_doubt,
                agent.on_model_unavailable, agent.critic,      std::move(agent.permissions),
                std::move(agent.phases)};
  std::unique_ptr<Ends> ends;
  auto session = parts.session_tools.release();
  if (!parts.delivery.id.empty() || session.post_run || session.cleanup)
    ends = std::make_unique<Ends>(Ends{std::move(parts.delivery), std::move(session)});
  return {std::move(parts.info), std::move(policy), std::move(parts.stage), parts.writer,  parts.sender,
          parts.session,         std::move(ends),   parts.attempts_before,  parts.claimed, parts.fruitless};
}

[[gnu::noinline]] Task<std::unique_ptr<RunOutcome>> LiveRun::afterwards(const Ending& ending) {
  Ends ends;
  if (parts_.ends) ends = std::move(*parts_.ends);
  if (parts_.session) parts_.session->close();
  auto result = outcome(ending);
  AftermathParts after{config_.ports,
                       logger_,
                       parts_.info,
                       std::move(ends.delivery),
                       std::move(ends.session_tools),
                       std::move(audit_),
                       recorder_.elapsed() - elapsed_at_start_,
                       config_.ports.journal && is_journaled(),
                       parts_.sender,
                       recorder_.checkpoint().last_seq,
                       recorder_.elapsed(),
                       recorder_.checkpoint().cost};
  bool ours = ending.how != StayEnd::disown;
  if (ours && spending_) co_await contained_work(spending_->end(), "settling the budget", id(), logger_);
  co_await aftermath(std::move(after), ending, *result);
  co_return result;
}

void LiveRun::open_watchers() {
  if (!config_.ports.audit) return;
  contained(logger_, LogLevel::error, {"the audit of run ", id().str(), " threw"},
            [&] { audit_ = config_.ports.audit->start_run(parts_.info); });
  watchers_.add(audit_.get());
}

Task<std::unique_ptr<RunOutcome>> LiveRun::drive() {
  open_watchers();
  for (;;) {
    co_await loop();
    if (auto outcome = co_await end_stay()) co_return outcome;
  }
}

// Closes, then what follows. Null: there are commands that the run still has to hear. A coroutine of its own: its frame
// is large, and a run that waits should not hold it.
[[gnu::noinline]] Task<std::unique_ptr<RunOutcome>> LiveRun::end_stay() {
  Ending ending = decide_ending(stopped(), parts_.agent.on_model_unavailable);
  Closing closing({recorder_, inbox_, dispatcher_, host_, model_, pipeline_.get(), parts_.agent.max_runtime, logger_});
  if (co_await closing.close(ending) == Closing::End::goes_on) co_return nullptr;
  co_return co_await afterwards(ending);
}

// Made by the first who has something to note. Not inlined, like others here: the compiler would make room for it in
// the frame of a run that waits.
[[gnu::noinline]] Stop& LiveRun::stop() {
  if (!stop_) stop_ = Stop{};
  return *stop_;
}

Stop LiveRun::stopped() {
  Stop stop = *std::exchange(stop_, {});
  stop.recovered = (parts_.claimed && driven_before_) || parts_.fruitless > 0;
  if (parts_.fruitless > 0) stop.keeper = Keeper::snapshots, stop.attempts = parts_.fruitless;
  stop.progressed = recorder_.progressed();
  const auto& form = host_.form();
  stop.submitted = !pipeline_ && !form && recorder_.checkpoint().submitted.has_value();
  if (stop.end == agent::LoopEnd::unfit) stop.misfit = misfit(*form);
  if (stop.end == agent::LoopEnd::map_failed) stop.error = pipeline_->map_error();
  stop.max_iterations = host_.limits().max_steps;
  stop.can_wait = is_journaled();
  if (stop.end == agent::LoopEnd::parked && !stop.can_wait) stop.waits_for = waits_for();
  return stop;
}

[[gnu::noinline]] std::string LiveRun::misfit(const agent::AnswerForm& form) const {
  return agent::findings_text(agent::given_answer(recorder_.conversation(), form).findings);
}

// The calls that the run would wait for, with what a person needs to look them up.
std::string LiveRun::waits_for() const {
  const auto& parked = dispatcher_.parked();
  std::string text;
  for (const auto& call : recorder_.conversation().open_batch()) {
    if (std::ranges::find(parked.calls, call.position) == parked.calls.end()) continue;
    text += (text.empty() ? " (" : "; ") + std::string(to_string(parked.reason)) + ": call " + call.call.id + " of '" +
            call.call.name + "'" + (call.key.empty() ? "" : ", key " + call.key);
  }
  return text.empty() ? text : text + ")";
}

// The loop, and what stopped it. Everything a port, a tool or a model throws ends up here.
[[gnu::noinline]] Task<void> LiveRun::loop() {
  TaskContext context = co_await this_task();
  try {
    co_await loop_in_scope();
  } catch (...) {
    note_what_broke(stop(), context.scope->cancelled());
  }
  scope_ = nullptr;
  supervision_ = nullptr;
  watchers_.add(static_cast<CriticHandle*>(nullptr));
}

Task<void> LiveRun::loop_in_scope() {
  TaskContext context = co_await this_task();
  CancelScope scope(*context.scope);
  scope_ = &scope;
  auto critic = ask_for_critic();
  watchers_.add(critic.get());
  TimeLimits limits{parts_.agent.max_runtime, config_.defaults.critic_absolute_max};
  Supervision supervision(recorder_, watchers_, critic.get(), limits, logger_);
  supervision_ = &supervision;
  Meanwhile meanwhile(recorder_, {context.strand, &scope});
  std::exception_ptr problem;
  try {
    co_await supervision.over(work(), context, scope);
  } catch (...) {
    problem = std::current_exception();
  }
  co_await meanwhile.stop();
  watchers_.add(static_cast<CriticHandle*>(nullptr));
  if (critic) contained(logger_, LogLevel::error, {"a critic threw"}, [&] { critic->stop(); });
  if (problem) rethrow_what_counts(problem, scope);
}

[[gnu::noinline]] Task<void> LiveRun::work() {
  if (config_.ports.budget && !std::exchange(admitted_by_budget_, true)) co_await check_budget();
  require_phases(parts_.info.name, parts_.agent.phases, recorder_.checkpoint());
  if (offers_ && may_ask_model() && offers_->is_incomplete()) co_await ask_sources();
  if (pipeline_)
    stop().end = co_await pipeline_->run();
  else
    stop().end = co_await agent::run_loop(host_);
}

// Before anything else: an open batch comes first, and what it settles may end the run.
bool LiveRun::may_ask_model() const {
  const auto& conversation = recorder_.conversation();
  if (pipeline_) return conversation.open_batch().empty();
  auto next = agent::decide(conversation, host_.limits());
  return next == agent::Next::call_model || next == agent::Next::repair;
}

// A server that has to be installed first may take longer than the run may. What has changed is asked before a model
// is.
[[gnu::noinline]] Task<void> LiveRun::ask_sources() {
  Supervision::Standstill uncounted(*supervision_);
  co_await offers_->take_in(Offers::Which::missing);
}

[[gnu::noinline]] Task<void> LiveRun::check_budget() {
  auto refused = co_await config_.ports.budget->check(parts_.info);
  if (!refused) co_return co_await begin_spending();
  stop().refused = true;
  throw failed("budget.refused", "the budget refuses the run: " + *refused);
}

Task<void> LiveRun::begin_spending() {
  auto before =
      parts_.claimed && may_have_lost_call(recorder_.conversation()) ? Spending::Call::lost : Spending::Call::none;
  if (!co_await spending_->begin(specs(), before)) co_return spending_.reset();
  co_await recorder_.require_kept();  // what the budget holds for a run is given up when there is no such run
  model_.limit_by(*spending_);
}

// Of the models that the run asks for its answers.
std::vector<std::string> LiveRun::specs() const {
  std::vector<std::string> all{parts_.info.model};
  for (const auto& phase : parts_.agent.phases) {
    if (phase.model.empty()) continue;
    if (auto model = config_.models->resolve(phase.model); model.ok()) all.push_back(model->spec);
  }
  return all;
}

std::unique_ptr<CriticHandle> LiveRun::ask_for_critic() {
  if (!config_.ports.critic || !parts_.agent.critic.enabled) return nullptr;
  const auto& so_far = recorder_.checkpoint();
  std::unique_ptr<CriticHandle> critic;
  contained(logger_, LogLevel::error, {"the critic of run ", id().str(), " threw"}, [&] {
    critic = config_.ports.critic->monitor(
        {parts_.info, parts_.agent.max_runtime, parts_.agent.critic.backstop_multiplier, so_far.critic, so_far.elapsed,
         [this](llm::ResolvedModel resolved) { return model_beside(std::move(resolved), model_); }});
  });
  return critic;
}

Task<void> LiveRun::look_at_inbox() {
  bool cancel = false;
  try {
    for (const auto& command : co_await recorder_.inbox()) {
      recorder_.expect_commands();
      cancel = cancel || command.kind == commands::kCancel;
    }
  } catch (const Cancelled&) {  // the run is to end by other means
  } catch (...) {
    log_caught(logger_, LogLevel::warn, {"reading the inbox of run ", id().str(), " failed"});
  }
  if (cancel && scope_) scope_->cancel({Cause::caller, "cancelled by command"});
}

std::unique_ptr<RunOutcome> LiveRun::outcome(const Ending& ending) const {
  auto outcome =
      std::make_unique<RunOutcome>(outcome_of(id(), recorder_.checkpoint(), defined_tools(parts_.stage.toolbox)));
  if (const auto& form = parts_.stage.form) set_value(*outcome, form->wanted()->answer.schema);
  outcome->agent = parts_.info.name;
  outcome->parent = parts_.info.parent.str();
  outcome->attempts = parts_.attempts_before + 1;
  if (ending.how == StayEnd::leave || ending.how == StayEnd::disown) set_left(*outcome, ending.error, ending.code);
  if (recorder_.keep_by()) recorder_.may_be_kept() ? set_perhaps_stored(*outcome) : set_lost(*outcome);
  return outcome;
}

}  // namespace executus::run
