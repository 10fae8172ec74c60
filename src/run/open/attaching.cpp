// Attaching to a run that exists, and waiting for its place.
#include <utility>

#include <executus/async/timing.hpp>

#include "run/open/cancelled_above.hpp"
#include "run/open/opening.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kAttachPoll{1'000};
constexpr Milliseconds kPlacePoll{100};  // also in the first second, in which most runs end
// So long a place stands free for those whose turn it is; workers look each second, and there may be none.
constexpr Milliseconds kPlaceStandsFree{3'000};

// Waits. True: the scope was cancelled meanwhile.
Task<bool> cancelled_within(Milliseconds time) {
  TaskContext context = co_await this_task();
  try {
    co_await sleep_for(time);
  } catch (const Cancelled&) {
    co_return true;
  }
  co_return context.scope->cancelled();
}

}  // namespace

Task<Opened> Opening::attach(journal::RunRow row, Lineage lineage, Companions companions) {
  auto& store = *config_.ports.journal;
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  const auto begun = clock.mono();
  std::optional<MonoTime> free_since;
  for (bool told = false;;) {
    bool rests = is_terminal(row.status) || row.status == RunStatus::waiting || row.status == RunStatus::quarantined;
    if (rests) co_return co_await answer_for(std::move(row));
    std::optional<journal::RunRow> claimed;
    bool stood_free = free_since && clock.mono() >= later(*free_since, kPlaceStandsFree);
    companions.lapses = store.lapses();
    if (stood_free || co_await may_claim(row)) claimed = co_await store.claim(row.id, row.epoch);
    if (claimed) co_return co_await take_up(std::move(*claimed), std::move(lineage), std::move(companions));
    auto limit = co_await store.limit_on(row.id);
    if (limit && !std::exchange(told, true)) tell_of_limit(row, *limit);
    if (limit || !free_since) free_since = limit ? std::nullopt : std::optional(clock.mono());
    bool soon = limit || clock.mono() < later(begun, kAttachPoll);
    if (co_await cancelled_within(soon ? kPlacePoll : kAttachPoll))
      co_return co_await stays_elsewhere(std::move(row), std::move(limit));
    auto now = co_await store.find(row.id);
    if (!now) throw refusal(journal::AdmitVerdict::erased, row.id);
    if (lineage.parent && now->last_seq != row.last_seq) lineage.parent->child_progress();
    row = std::move(*now);
  }
}

// What is told to end needs no turn.
Task<bool> Opening::may_claim(journal::RunRow row) {
  TaskContext context = co_await this_task();
  auto& store = *config_.ports.journal;
  if (co_await own_turn_.has_come(store, context.strand->loop().clock(), row.id)) co_return true;
  co_return co_await is_to_end(store, std::move(row));
}

// A caller that stops waiting for a run of another submission does not end that run. One that is queued for this
// process is left for any, and told to end where that is what its caller wants.
[[gnu::noinline]] Task<Opened> Opening::stays_elsewhere(journal::RunRow row, std::optional<journal::QueueLimit> limit) {
  TaskContext context = co_await this_task();
  auto& store = *config_.ports.journal;
  Opened opened;
  opened.answer = std::make_unique<RunOutcome>(outcome_of(row));
  opened.answer->reason = limit ? describe(*limit) : "another process drives it";
  bool is_ours = row.status == RunStatus::queued && !row.worker.empty();
  if (!is_ours) co_return opened;
  auto cause = context.scope->why()->cause;
  if (cause == Cause::caller || cause == Cause::deadline) {
    (void)co_await store.post(row.id, commands::cancel());
    opened.answer->reason = "it is told to end, and waits for a worker";
  }
  co_await store.release(row.id, row.epoch, journal::Attempt::does_not_count);
  co_return opened;
}

// A run below another one is that one's to tell.
void Opening::tell_of_limit(const journal::RunRow& row, const journal::QueueLimit& limit) const {
  if (!row.parent.empty()) return;
  logger_.log(LogLevel::warn,
              "run " + row.id.str() + " waits for its turn: " + describe(limit) + "; see `executus queue list`");
}

}  // namespace executus::run
