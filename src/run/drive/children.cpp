#include "run/drive/children.hpp"

#include <optional>
#include <utility>

#include <executus/async/timing.hpp>

#include "async/cancel_link.hpp"
#include "base/contained.hpp"
#include "run/definition/kept.hpp"
#include "run/outcome/unopened_outcome.hpp"
#include "run/record/backoff.hpp"

namespace executus::run {
namespace {

// A child's scope is its own: what ends its parent reaches it as what it is for the child. One that is not kept ends
// with its parent, unless that goes on elsewhere.
std::optional<Cancellation> for_child(const Cancellation& why) {
  bool the_process = why.cause == Cause::shutdown || why.cause == Cause::ownership_lost;
  return Cancellation{the_process ? Cause::shutdown : Cause::caller, "the run above it ended: " + why.detail};
}

// A durable child is only let go of: whether its parent is over is not known before the parent's last entry is durable.
// Driver::end_children() tells the child after that entry. Its calls get the time that those of its parent get.
std::optional<Cancellation> for_durable_child(const Cancellation& why) {
  return Cancellation{Cause::shutdown, "the run above it left it: " + why.detail, why.calls_end_with};
}

}  // namespace

// What the store cannot tell now is asked again: a child is never taken for ended because of that.
Task<RunOutcome> Children::run_child(Agent agent, Invocation invocation, DelegationBounds bounds, Watchers& parent) {
  TaskContext context = co_await this_task();
  CancelScope scope;
  CancelLink parents_end(scope, is_kept(agent, ports_) ? for_durable_child : for_child);
  parents_end.follow(*context.scope);
  invocation.start = Invocation::Start::now;
  for (int failures = 1;; ++failures) {
    TaskContext inner{context.strand, &scope};
    std::optional<Error> problem;
    try {
      auto submission = std::make_unique<Submission>(Submission{agent, invocation});
      Lineage lineage{*this, bounds, &parent};
      auto outcome = co_await drive(std::move(submission), std::move(lineage)).in(inner);
      if (!is_terminal(outcome->status)) leave(invocation);
      co_return std::move(*outcome);
    } catch (const Cancelled&) {
      leave(invocation);
      context.scope->throw_if_cancelled();  // by the parent's own cause
      throw;
    } catch (...) {
      problem = current_error();
    }
    if (!problem->code().starts_with("store.")) co_return outcome_of_refused(invocation.run_id, agent.name, *problem);
    parent.delay("a child run cannot be reached, trying again: " + problem->message());
    co_await sleep_for(backoff(failures));
  }
}

// A child that is there already is the one: it was created by the same call, whatever this process resolves today. One
// that cannot be taken up here may be elsewhere.
Task<std::unique_ptr<RunOutcome>> Children::drive(std::unique_ptr<Submission> submission, Lineage lineage) {
  std::optional<journal::RunRow> row;
  if (ports_.journal) row = co_await ports_.journal->find(submission->invocation.run_id);
  auto bounds = *lineage.bounds;
  if (!row || row->parent != submission->invocation.parent.str()) {
    auto opened = co_await opening_.submit(std::move(submission), std::move(lineage));
    co_return co_await driver_.drive(std::move(opened), *this);
  }
  std::optional<Error> problem;
  try {
    auto opened = co_await opening_.attach(*row, std::move(lineage));
    if (opened.answer) bounds.count(opened.answer->runs_below);  // what it started is not counted anew here
    co_return co_await driver_.drive(std::move(opened), *this);
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    problem = current_error();
  }
  if (problem->code().starts_with("store.")) throw *problem;
  co_return std::make_unique<RunOutcome>(outcome_of_left(*row, *problem));
}

// A store that is away says so at the next append.
Task<std::optional<journal::QueueLimit>> Children::limit_on(RunId parent) {
  if (!ports_.journal) co_return std::nullopt;
  try {
    co_return co_await ports_.journal->limit_on(std::move(parent));
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    log_caught(logger_, LogLevel::warn, {"whether a run has its place again cannot be told"});
  }
  co_return std::nullopt;
}

void Children::leave(const Invocation& child) {
  if (ports_.journal) left_.add(child.parent, child.run_id);
}

// A child that cannot be set up here is not created: its submission says why, as the outcome of the call.
std::optional<journal::Admission> Children::child_admission(const Agent& agent, const Invocation& invocation,
                                                            const Clock& clock) {
  if (!is_kept(agent, ports_)) return std::nullopt;
  try {
    return opening_.child_admission(agent, invocation, clock);
  } catch (const Error& problem) {
    logger_.log(LogLevel::warn, "a child run of " + invocation.parent.str() + " cannot start: " + problem.message());
    return std::nullopt;
  }
}

}  // namespace executus::run
