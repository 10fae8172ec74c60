#include "run/record/recorder.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <executus/async/timing.hpp>
#include <executus/journal/projection.hpp>

#include "run/record/backoff.hpp"

namespace executus::run {
namespace {

constexpr Milliseconds kLastChance{10'000};

void check_ownership(const journal::Appended& appended) {
  if (appended.verdict == journal::AppendVerdict::ownership_lost)
    throw Cancelled({Cause::ownership_lost, "another worker took the run over"});
}

}  // namespace

Recorder::Recorder(RunId run, journal::Checkpoint checkpoint, RunWriter* writer, const Clock& clock, Watchers& watchers)
    : run_(std::move(run)),
      checkpoint_(std::move(checkpoint)),
      writer_(writer),
      clock_(clock),
      watchers_(watchers),
      started_(clock.mono()),
      elapsed_before_(checkpoint_.elapsed) {}

Milliseconds Recorder::elapsed() const {
  auto now = is_counting() ? clock_.mono() : stands_since_;
  return elapsed_before_ + std::chrono::duration_cast<Milliseconds>(now - started_) - uncounted_;
}

void Recorder::stop_counting() {
  if (standstills_++ == 0) stands_since_ = clock_.mono();
}

void Recorder::go_on_counting() {
  if (--standstills_ > 0) return;
  uncounted_ += std::chrono::duration_cast<Milliseconds>(clock_.mono() - stands_since_);
}

Milliseconds Recorder::limited_time() const {
  return elapsed() - (checkpoint_.used_before ? checkpoint_.used_before->elapsed : Milliseconds(0));
}

std::vector<journal::Entry> Recorder::number(std::vector<journal::Payload> payloads) {
  std::vector<journal::Entry> entries;
  entries.reserve(payloads.size() + 1);
  std::uint64_t seq = checkpoint_.last_seq;
  auto add = [&](journal::Payload payload) {
    entries.push_back({++seq, clock_.wall(), elapsed(), std::move(payload)});
  };
  if (opened_) add(std::move(*opened_));
  opened_.reset();
  for (auto& payload : payloads) add(std::move(payload));
  return entries;
}

void Recorder::take_in(std::vector<journal::Entry> entries) {
  for (auto& entry : entries) {
    const auto* intent = std::get_if<journal::Intended>(&entry.payload);
    const auto* call = intent ? conversation().find_call(intent->call) : nullptr;
    bool arms = call && !may_have_been_sent(call->state);
    journal::apply(checkpoint_, entry);
    if (arms) arm(intent->call);
    auto effect = journal::project({&entry, 1});
    progressed_ = progressed_ || effect.progress;
    tokens_here_ += effect.usage.input + effect.usage.output;
    cost_here_ += effect.cost.known;
    unshown_.push_back({std::move(entry), conversation().steps()});
  }
}

// Tells the watchers of the entries that are durable now: an awaited write makes those before it durable as well. The
// record of a settled call is still as its entry left it.
void Recorder::show() {
  for (const auto& [entry, steps] : std::exchange(unshown_, {})) {
    watchers_.entry(entry, steps);
    const auto* settled = std::get_if<journal::Settled>(&entry.payload);
    if (!settled) continue;
    auto calls = conversation().calls();
    auto call = std::ranges::lower_bound(calls, settled->call, {}, &llm::CallRecord::position);
    if (call != calls.end()) watchers_.call_ended(*call);
  }
}

// Not a coroutine: it hands on the writer's task, so that no frame of its own waits.
Task<journal::Appended> Recorder::write_once(Write how, std::vector<journal::Entry> entries, Consumed consumed) {
  if (!how.closes) return writer_->append(std::move(entries), how.when, how.boundary, std::move(consumed));
  switch (*how.closes) {
    case StayEnd::complete:
      return writer_->complete(std::move(entries), std::move(consumed));
    case StayEnd::fail:
      return writer_->fail(std::move(entries), std::move(consumed));
    case StayEnd::park:
      return writer_->park(std::move(entries), std::move(consumed));
    case StayEnd::leave:
    case StayEnd::disown:
      break;  // write no entry
  }
  throw std::logic_error("a stay that ends without an entry is not written");
}

// Holds the run while the store is away. Payloads stay the same, so that a repeated append is recognised as the same
// one; `entries`, which outlive this, are as they were written.
Task<journal::Appended> Recorder::write(Write how, std::vector<journal::Entry>& entries, Consumed consumed) {
  if (gave_up_) throw *gave_up_;
  for (int failures = 1;; ++failures) {
    for (auto& entry : entries) entry.at = clock_.wall();  // an intent is as old as its commit, not as its first try
    std::optional<Error> problem;
    try {
      co_return co_await write_once(how, entries, consumed);
    } catch (const Cancelled&) {
      throw;
    } catch (...) {
      problem = current_error();
    }
    watchers_.delay("the journal could not be written, trying again: " + problem->message());
    if (co_await must_give_up(backoff(failures))) {
      gave_up_ = StoreUnavailable(*problem);
      throw *gave_up_;
    }
  }
}

// Waits, then says whether another try is of no use. The cancel of a caller is known to this process alone until the
// store takes it, so the write is tried once more.
Task<bool> Recorder::must_give_up(Milliseconds pause) {
  std::optional<Cause> cause;
  try {
    co_await sleep_for(pause);
  } catch (const Cancelled& cancelled) {
    cause = cancelled.cause();
  }
  if (!cause) co_return false;
  if (!last_chance_) last_chance_ = later(clock_.mono(), kLastChance);
  if (*cause != Cause::caller || clock_.mono() >= *last_chance_) co_return true;
  co_await detached_for(kLastChance, sleep_for(std::min(pause, kLastChance / 10)), "a last try to write");
  co_return false;
}

Task<void> Recorder::defer(journal::Payload payload) {
  auto turn = turns_.try_take();
  if (!turn) turn.emplace(co_await turns_.take());
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(payload));
  auto entries = number(std::move(payloads));
  if (writer_) {
    Write deferred{Durable::deferred, Boundary::plain};
    co_await write(deferred, entries, {});
  }
  take_in(std::move(entries));
  if (!writer_) show();
  if (writer_ && tell_deferred_ && watchers_.has_any()) tell_deferred_();
}

std::optional<std::uint64_t> Recorder::oldest_unshown() const {
  return unshown_.empty() ? std::nullopt : std::optional(unshown_.front().entry.seq);
}

// Its turn keeps other entries from being deferred meanwhile.
Task<bool> Recorder::show_deferred() {
  auto turn = turns_.try_take();
  if (!turn) turn.emplace(co_await turns_.take());
  if (unshown_.empty()) co_return true;
  if (gave_up_) co_return false;
  std::vector<journal::Entry> deferred;
  for (const auto& [entry, steps] : unshown_) deferred.push_back(entry);
  bool holds = co_await writer_->holds(std::move(deferred));
  if (holds) show();
  co_return holds;
}

Task<void> Recorder::commit(journal::Payload payload, Boundary boundary, Consumed consumed) {
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(payload));
  return commit(std::move(payloads), boundary, std::move(consumed));
}

Task<void> Recorder::commit(std::vector<journal::Payload> payloads, Boundary boundary, Consumed consumed,
                            std::vector<journal::Admission> children) {
  auto turn = turns_.try_take();
  if (!turn) turn.emplace(co_await turns_.take());
  auto entries = number(std::move(payloads));
  if (writer_) {
    for (auto& child : children) writer_->admit_with_next(std::move(child));
    Write awaited{Durable::awaited, boundary};
    auto appended = co_await write(awaited, entries, std::move(consumed));
    check_ownership(appended);
    commands_waiting_ = appended.commands_waiting;
  }
  take_in(std::move(entries));
  show();
}

Task<bool> Recorder::close(StayEnd how, std::vector<journal::Payload> payloads, Consumed consumed) {
  auto turn = turns_.try_take();
  if (!turn) turn.emplace(co_await turns_.take());
  auto opened = opened_;
  auto entries = number(std::move(payloads));
  if (writer_) {
    Write last{Durable::awaited, Boundary::plain, how};
    auto appended = co_await write(last, entries, std::move(consumed));
    check_ownership(appended);
    if (appended.verdict == journal::AppendVerdict::unread_commands) {
      opened_ = std::move(opened);
      co_return false;
    }
  }
  take_in(std::move(entries));
  show();
  co_return true;
}

Task<std::vector<journal::Command>> Recorder::inbox() {
  std::vector<journal::Command> commands;
  for (int failures = 1; writer_; ++failures) {
    std::optional<Error> problem;
    try {
      commands = co_await writer_->inbox();
      break;
    } catch (const Cancelled&) {
      throw;
    } catch (...) {
      problem = current_error();
    }
    watchers_.delay("the inbox could not be read, trying again: " + problem->message());
    if (co_await must_give_up(backoff(failures))) throw StoreUnavailable(*problem);
  }
  commands_waiting_ = false;
  co_return commands;
}

Task<void> Recorder::require_kept() {
  std::vector<journal::Payload> nothing;
  if (keep_by()) co_await commit(std::move(nothing), Boundary::gated);
}

Task<bool> Recorder::try_to_keep() {
  auto turn = turns_.try_take();
  if (!turn) turn.emplace(co_await turns_.take());
  if (gave_up_ || !keep_by()) co_return true;
  try {
    auto opened = opened_;
    auto entries = number({});
    opened_ = std::move(opened);  // until it is written
    check_ownership(co_await writer_->append(entries, Durable::awaited, Boundary::gated, {}));
    opened_.reset();
    take_in(std::move(entries));
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    co_return false;
  }
  show();
  co_return true;
}

Task<void> Recorder::leave(journal::Attempt attempt) {
  if (!writer_) co_return;
  co_await writer_->leave(attempt);
  show();  // what was deferred is durable now
}

}  // namespace executus::run
