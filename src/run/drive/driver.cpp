#include "run/drive/driver.hpp"

#include <optional>
#include <string>
#include <utility>

#include "base/contained.hpp"
#include "run/life/contained_work.hpp"
#include "run/outcome/unopened_outcome.hpp"

namespace executus::run {
namespace {

bool is_ours_to_end(Cause cause) { return cause != Cause::shutdown && cause != Cause::ownership_lost; }

bool ended_badly(RunStatus status) { return is_terminal(status) && status != RunStatus::ok; }

}  // namespace

Task<std::unique_ptr<RunOutcome>> Driver::submit(std::unique_ptr<Submission> submission, ChildRuns& children) {
  auto opened = co_await open(std::move(submission), children);
  auto left = Left::otherwise;
  auto outcome = co_await drive(std::move(opened), children, &left);
  if (left == Left::for_its_place) outcome = co_await in_its_turn(std::move(outcome), children);
  co_return outcome;
}

// A run that was left for it lost its place goes on here when it has one again: its caller waits for its end.
[[gnu::noinline]] Task<std::unique_ptr<RunOutcome>> Driver::in_its_turn(std::unique_ptr<RunOutcome> outcome,
                                                                        ChildRuns& children) {
  TaskContext context = co_await this_task();
  for (auto left = Left::for_its_place; left == Left::for_its_place && !context.scope->cancelled();) {
    auto opened = co_await attach(outcome->run_id, children);
    if (!opened.live && !opened.answer) break;
    left = Left::otherwise;
    outcome = co_await drive(std::move(opened), children, &left);
  }
  co_return outcome;
}

// Nothing in it: the run cannot be reached any more, and stays as it was left.
[[gnu::noinline]] Task<Opened> Driver::attach(RunId run, ChildRuns& children) {
  try {
    auto row = co_await journal_->find(std::move(run));
    if (!row) co_return Opened();
    co_return co_await opening_.attach(std::move(*row), Lineage{children});
  } catch (...) {
    log_caught(logger_, LogLevel::error, {"a run that was left for its place cannot be taken up again"});
  }
  co_return Opened();
}

Task<std::unique_ptr<RunOutcome>> Driver::resume(journal::RunRow claimed, ChildRuns& children,
                                                 std::optional<std::uint64_t> lapses) {
  auto opened = co_await take_up(std::move(claimed), children, lapses);
  co_return co_await drive(std::move(opened), children);
}

// Not inlined, like what follows: the compiler would make room for its frame in that of a run that waits.
[[gnu::noinline]] Task<Opened> Driver::open(std::unique_ptr<Submission> submission, ChildRuns& children) {
  TaskContext context = co_await this_task();
  RunId& id = submission->invocation.run_id;
  submission->has_new_id = id.empty();
  if (id.empty()) id = RunId::generate(context.strand->loop().clock());
  RunId run = id;
  std::string agent = submission->agent.name;
  std::optional<Cause> cause;
  std::optional<Error> problem;
  try {
    co_return co_await opening_.submit(std::move(submission), Lineage{children});
  } catch (const Cancelled& cancelled) {
    cause = cancelled.cause();
    problem = cancelled;
  } catch (...) {
    problem = current_error();
  }
  Opened refused;
  refused.answer = std::make_unique<RunOutcome>(outcome_of_refused(std::move(run), std::move(agent), *problem));
  if (cause) refused.answer->status = is_ours_to_end(*cause) ? RunStatus::cancelled : RunStatus::running;
  co_return refused;
}

[[gnu::noinline]] Task<Opened> Driver::take_up(journal::RunRow claimed, ChildRuns& children,
                                               std::optional<std::uint64_t> lapses) {
  Companions companions;
  companions.lapses = lapses;
  std::optional<Error> problem;
  try {
    co_return co_await opening_.take_up(claimed, Lineage{children}, std::move(companions));
  } catch (...) {
    problem = current_error();
  }
  logger_.log(LogLevel::error, "run " + claimed.id.str() + " could not be continued: " + problem->message());
  Opened left;
  left.answer = std::make_unique<RunOutcome>(outcome_of_left(claimed, *problem));
  co_return left;
}

[[gnu::noinline]] Task<std::unique_ptr<RunOutcome>> Driver::drive(Opened opened, ChildRuns& children, Left* why) {
  if (opened.answer) co_return std::move(opened.answer);
  TaskContext context = co_await this_task();
  LiveRun& run = *opened.live;
  std::unique_ptr<RunOutcome> outcome;
  {
    LiveRuns::Listing listing(live_, run, context);
    outcome = co_await run.drive();
  }
  if (why && run.lost_its_place() && outcome->status == RunStatus::running) *why = Left::for_its_place;
  auto left = left_.take(run.id());
  if (ended_badly(outcome->status) && !left.empty()) co_await end_children(std::move(left), children);
  co_return outcome;
}

// The parent's last entry is durable, and the cancel commands it caused with it: here they are heard at once. What is
// not reached now hears it when it is recovered.
[[gnu::noinline]] Task<void> Driver::end_children(std::vector<RunId> left, ChildRuns& children) {
  for (const auto& child : left) {
    Complaint complaint{logger_, LogLevel::warn, "child run " + child.str() + " could not be ended"};
    co_await contained_for(kContainedLimit, end_child(child, children), "ending a child run", std::move(complaint));
  }
}

Task<void> Driver::end_child(RunId child, ChildRuns& children) {
  auto row = co_await journal_->find(child);
  if (!row || is_terminal(row->status) || row->status == RunStatus::quarantined) co_return;
  auto claimed = co_await journal_->claim(row->id, row->epoch);
  if (claimed) (void)co_await resume(std::move(*claimed), children);
}

}  // namespace executus::run
