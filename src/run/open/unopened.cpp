#include "run/open/unopened.hpp"

#include <string>
#include <utility>

#include <executus/async/timing.hpp>

#include "base/contained.hpp"
#include "run/definition/admission.hpp"
#include "run/definition/kept.hpp"
#include "run/life/aftermath.hpp"
#include "run/life/contained_work.hpp"
#include "run/outcome/unopened_outcome.hpp"

namespace executus::run {
namespace {

Fruitless attempt_of(const Unopened& run, const std::exception_ptr& thrown) {
  Fruitless attempt{Keeper::snapshots, Fruitless::Stage::opening, failed("internal", ""), std::nullopt, run.attempts};
  try {
    std::rethrow_exception(thrown);
  } catch (const Cancelled& cancelled) {
    attempt.cancelled = cancelled.cause();
    attempt.problem = cancelled;
  } catch (...) {
    attempt.problem = current_error();
  }
  return attempt;
}

Task<void> close_record(std::shared_ptr<RunWriter> record, Ending ending, WallTime now) {
  if (ending.how == StayEnd::leave) {
    co_await record->leave(ending.attempt);
    co_return;
  }
  journal::Ended ended{ending.status, "", ending.error, ending.code};
  std::vector<journal::Entry> last;
  last.push_back({2, now, Milliseconds(0), std::move(ended)});  // the first one is the admission
  (void)co_await record->fail(std::move(last), {});
}

Task<void> close_audit(std::unique_ptr<AuditRecord> audit, RunStats stats) { co_await audit->close(std::move(stats)); }

// A run of another submission, or one that the store could not take, is not told as an end of this submission.
bool is_told(const Fruitless& attempt, const Unopened& run) {
  const auto& code = attempt.problem.code();
  return run.record || (!attempt.cancelled && !code.starts_with("submission.") && !code.starts_with("store."));
}

Task<bool> is_known(journal::JournalStore& store, RunId run) {
  auto row = co_await store.find(std::move(run));
  co_return row.has_value();
}

// True when the store cannot tell.
Task<bool> may_exist(bool journaled, RunId run, journal::JournalStore* store) {
  if (!journaled) co_return false;
  try {
    co_return co_await detached_for(kContainedLimit, is_known(*store, std::move(run)), "looking the run up");
  } catch (...) {
    co_return true;
  }
}

std::unique_ptr<RunOutcome> outcome_of_unopened(const Unopened& run, const Error& problem, const Ending& ending) {
  auto outcome = std::make_unique<RunOutcome>(outcome_of_refused(run.info.run, run.info.name, problem));
  outcome->parent = run.info.parent.str();
  outcome->iterations = run.iteration;
  outcome->usage = run.usage;
  outcome->status = ending.status;
  outcome->error = ending.error;
  outcome->error_code = ending.code;
  if (ending.how == StayEnd::leave) set_left(*outcome, ending.error, ending.code);
  return outcome;
}

std::unique_ptr<AuditRecord> started(const Ports& ports, const RunInfo& info, Logger& logger) {
  std::unique_ptr<AuditRecord> audit;
  contained(logger, LogLevel::error, {"the audit of run ", info.run.str(), " threw"},
            [&] { audit = ports.audit->start_run(info); });
  return audit;
}

}  // namespace

Unopened unopened_of(const Agent& agent, const Invocation& invocation, const ExecutorConfig& config, WallTime now) {
  Unopened run;
  if (invocation.resume) run.record = invocation.resume->checkpointer;
  run.journaled = is_kept(agent, config.ports);
  if (run.record) {
    run.attempts = invocation.resume->fruitless + 1;
    run.delivery = invocation.delivery;
    run.iteration = invocation.resume->past.iteration;
    run.usage = invocation.resume->past.usage;
    run.elapsed = invocation.resume->elapsed;
  }
  if (!run.record && !config.ports.audit) return run;
  run.info = run_info(agent, invocation, now);
  run.info.model_tier = agent.model.empty() ? config.defaults.fallback_tier : agent.model;
  run.info.model.clear();
  return run;
}

Task<void> take_up_record(Unopened run) {
  if (!run.record) co_return;
  if (run.attempts > kFruitlessAttempts)
    throw failed("run.fruitless", std::to_string(run.attempts - 1) + " attempts in a row to continue run " +
                                      run.info.run.str() +
                                      " came to nothing, and the process did not live to say why; look at its log, and "
                                      "submit the run anew");
  co_await run.record->take_up();
}

Task<std::unique_ptr<RunOutcome>> close_unopened(Unopened run, std::exception_ptr thrown, const Ports& ports,
                                                 Logger& logger) {
  TaskContext context = co_await this_task();
  auto attempt = attempt_of(run, thrown);
  auto now = context.strand->loop().clock().wall();
  std::unique_ptr<AuditRecord> audit;
  if (ports.audit && is_told(attempt, run) && !co_await may_exist(run.journaled, run.info.run, ports.journal))
    audit = started(ports, run.info, logger);
  std::unique_ptr<RunOutcome> outcome;
  if (run.record) {
    auto ending = end_of_fruitless(attempt);
    co_await contained_work(close_record(run.record, ending, now), "closing its record", run.info.run, logger);
    outcome = outcome_of_unopened(run, attempt.problem, ending);
    AftermathParts after{ports, logger, run.info, std::move(run.delivery), {}, std::move(audit), Milliseconds(0)};
    after.elapsed = run.elapsed;
    if (run.usage != llm::Usage{}) after.cost += std::nullopt;  // a record of snapshots has none
    co_await aftermath(std::move(after), ending, *outcome);
  } else if (audit) {
    RunStats stats;
    stats.status = attempt.cancelled ? RunStatus::cancelled : RunStatus::error;
    stats.error = attempt.problem.message();
    stats.error_code = attempt.problem.code();
    co_await contained_work(close_audit(std::move(audit), std::move(stats)), "closing the audit record", run.info.run,
                            logger);
  }
  co_return outcome;
}

}  // namespace executus::run
