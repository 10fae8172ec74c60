#include "run/sending/sending.hpp"

#include <algorithm>
#include <utility>

#include <executus/async/timing.hpp>
#include <executus/base/digest.hpp>

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

// What a try failed with. `later`: how long the target asked for.
struct Failure {
  Error problem;
  std::optional<Milliseconds> later = {};
};

void note_failure(journal::Outgoing& row, const Failure& failure, WallTime now) {
  row.detail = as_utf8(failure.problem.message());
  if (failure.problem.code() == kDeliveryRefused)
    row.state = journal::OutgoingState::refused;
  else
    row.due = now + std::max(failure.later.value_or(Milliseconds(0)), pause_after(row.tries));
}

constexpr std::size_t kOriginDigits = 16;

// Two databases may have runs of one id, such as of one schedule: what a receiver has got from one of them it is not to
// drop when it comes from the other. Where the run was admitted, and by which worker it was first taken up, stays so.
Task<DeliveryTarget> target_with_origin(journal::JournalStore& store, const journal::Outgoing& row) {
  auto target = target_of(row);
  std::string origin;
  for (const auto& entry : co_await store.read(row.run, 0, 2)) {
    origin += std::to_string(entry.at.time_since_epoch().count()) + ".";
    if (const auto* opened = std::get_if<journal::Opened>(&entry.payload)) origin += opened->worker;
  }
  target.key += "/" + sha256_hex(origin).substr(0, kOriginDigits);
  co_return target;
}

Task<void> settled(journal::JournalStore& store, journal::Outgoing row) {
  return store.settle_outgoing({std::move(row.run), row.seq, row.tries, row.state, std::move(row.detail), row.due});
}

}  // namespace

DeliveryTarget target_of(const journal::Outgoing& row) { return {row.target.kind, row.target.id, row.key()}; }

Milliseconds pause_after(int tries) { return doubled(kFirstPause, tries, kLongestPause); }

Task<std::string> post_end(Delivery& port, DeliveryTarget target, const RunOutcome& outcome) {
  TaskContext context = co_await this_task();
  CancelScope scope(*context.scope);
  Deadline deadline(context, scope, later(context.strand->loop().clock().mono(), kAnswerLimit), "the delivery");
  TaskContext inner{context.strand, &scope};
  auto posting = port.deliver_end(std::move(target), outcome);
  co_return co_await std::move(posting).in(inner);
}

Task<std::optional<Sent>> try_to_send(SendingParts parts, journal::Outgoing row, const RunOutcome& outcome) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  auto target = co_await target_with_origin(parts.store, row);
  if (!co_await parts.store.take_outgoing(row.run, row.seq, row.tries)) co_return std::nullopt;
  ++row.tries;
  std::optional<Failure> failure;
  bool stopped = false;
  try {
    row.detail = as_utf8(co_await post_end(parts.port, std::move(target), outcome));
    row.state = journal::OutgoingState::delivered;
  } catch (const Cancelled& cancelled) {
    failure = Failure{cancelled};
    stopped = cancelled.cause() != Cause::deadline;
  } catch (const DeliverLater& later) {
    failure = Failure{later, std::clamp(later.after(), Milliseconds(0), kLongestPause)};
  } catch (...) {
    failure = Failure{current_error()};
  }
  if (failure) note_failure(row, *failure, clock.wall());
  if (stopped) row.due = clock.wall();
  if (failure && !failure->later)
    parts.logger.log(LogLevel::warn, "the end of run " + row.run.str() + " could not be delivered to " +
                                         row.target.kind + " " + row.target.id + ": " + failure->problem.message());
  co_await settled(parts.store, row);
  co_return Sent{std::move(row), failure ? failure->later : std::nullopt};
}

}  // namespace executus::run

namespace executus {

bool Delivery::takes(const DeliveryTarget&) const { return true; }

Task<std::string> Delivery::deliver_end(DeliveryTarget target, const RunOutcome& outcome) {
  if (outcome.ok()) return deliver(std::move(target), outcome.output, outcome.artifacts);
  auto error = outcome.error.empty() ? std::string(to_string(outcome.status)) : outcome.error;
  return run::post_error(*this, std::move(target), std::move(error));
}

}  // namespace executus
