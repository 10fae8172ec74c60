#include "run/sending/sending.hpp"

#include <utility>

#include <executus/async/timing.hpp>

#include "base/text.hpp"
#include "run/record/backoff.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kFirstPause{5'000};
constexpr Milliseconds kLongestPause = std::chrono::hours(1);

Task<std::string> post_error(Delivery& port, DeliveryTarget target, std::string error) {
  co_await port.deliver_error(std::move(target), std::move(error));
  co_return std::string();
}

Task<std::string> post(Delivery& port, const journal::Outgoing& end, const RunOutcome& outcome) {
  DeliveryTarget to{end.target.kind, end.target.id, end.key()};
  if (outcome.ok()) return port.deliver(std::move(to), outcome.output, outcome.artifacts);
  auto error = outcome.error.empty() ? std::string(to_string(outcome.status)) : outcome.error;
  return post_error(port, std::move(to), std::move(error));
}

void note_failure(journal::Outgoing& row, const Error& problem, WallTime now) {
  row.detail = as_utf8(problem.message());
  if (problem.code() == kDeliveryRefused)
    row.state = journal::OutgoingState::refused;
  else
    row.due = now + pause_after(row.tries);
}

Task<void> settled(journal::JournalStore& store, journal::Outgoing row) {
  return store.settle_outgoing({std::move(row.run), row.seq, row.state, std::move(row.detail), row.due});
}

}  // namespace

Milliseconds pause_after(int tries) { return doubled(kFirstPause, tries, kLongestPause); }

Task<std::string> post_end(Delivery& port, journal::Outgoing end, const RunOutcome& outcome) {
  TaskContext context = co_await this_task();
  CancelScope scope(*context.scope);
  Deadline deadline(context, scope, later(context.strand->loop().clock().mono(), kAnswerLimit), "the delivery");
  TaskContext inner{context.strand, &scope};
  auto posting = post(port, end, outcome);
  co_return co_await std::move(posting).in(inner);
}

Task<std::optional<journal::Outgoing>> try_to_send(SendingParts parts, journal::Outgoing row,
                                                   const RunOutcome& outcome) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  if (!co_await parts.store.take_outgoing(row.run, row.seq, row.tries)) co_return std::nullopt;
  ++row.tries;
  std::optional<Error> problem;
  bool stopped = false;
  try {
    row.detail = as_utf8(co_await post_end(parts.port, row, outcome));
    row.state = journal::OutgoingState::delivered;
  } catch (const Cancelled& cancelled) {
    problem = cancelled;
    stopped = cancelled.cause() != Cause::deadline;
  } catch (...) {
    problem = current_error();
  }
  if (problem) note_failure(row, *problem, clock.wall());
  if (stopped) row.due = clock.wall();
  if (problem)
    parts.logger.log(LogLevel::warn, "the end of run " + row.run.str() + " could not be delivered to " +
                                         row.target.kind + " " + row.target.id + ": " + problem->message());
  co_await settled(parts.store, row);
  co_return row;
}

}  // namespace executus::run
