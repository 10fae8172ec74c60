#include "run/recorder.hpp"

#include <optional>

#include <executus/async/timing.hpp>

#include "run/settle.hpp"

namespace executus::run {

Recorder::Recorder(RunId run, journal::Checkpoint checkpoint, Checkpointer* checkpointer, const Clock& clock,
                   RunObserver* observer, Logger& logger)
    : run_(std::move(run)),
      checkpoint_(std::move(checkpoint)),
      checkpointer_(checkpointer),
      clock_(clock),
      observer_(observer),
      logger_(logger),
      started_(clock.mono()),
      elapsed_before_(checkpoint_.elapsed) {}

Milliseconds Recorder::elapsed() const {
  return elapsed_before_ + std::chrono::duration_cast<Milliseconds>(clock_.mono() - started_);
}

void Recorder::ride(journal::Payload payload) { riding_.push_back(std::move(payload)); }

std::vector<journal::Entry> Recorder::number(std::vector<journal::Payload> payloads) {
  std::vector<journal::Entry> entries;
  entries.reserve(riding_.size() + payloads.size());
  std::uint64_t seq = checkpoint_.last_seq;
  for (auto* source : {&riding_, &payloads})
    for (auto& payload : *source) entries.push_back({++seq, clock_.wall(), elapsed(), std::move(payload)});
  riding_.clear();
  return entries;
}

void Recorder::take_in(const std::vector<journal::Entry>& entries) {
  for (const auto& entry : entries) {
    journal::apply(checkpoint_, entry);
    if (!observer_) continue;
    try {
      observer_->on_entry(run_, entry);
    } catch (...) {
      logger_.log(LogLevel::warn, "an observer threw: " + current_error().message());
    }
  }
}

void Recorder::show(const Activity& activity) {
  if (!observer_) return;
  try {
    observer_->on_activity(run_, activity);
  } catch (...) {
    logger_.log(LogLevel::warn, "an observer threw: " + current_error().message());
  }
}

void Recorder::show_delay(std::string_view reason) {
  logger_.log(LogLevel::warn, "run " + run_.str() + ": " + std::string(reason));
  if (!observer_) return;
  try {
    observer_->on_delay(run_, reason);
  } catch (...) {
    logger_.log(LogLevel::warn, "an observer threw: " + current_error().message());
  }
}

Task<journal::Appended> Recorder::write_once(Write how, std::vector<journal::Entry> entries, Boundary boundary,
                                             Consumed consumed) {
  switch (how) {
    case Write::defer:
      co_return co_await checkpointer_->append(std::move(entries), Durable::deferred, boundary, {});
    case Write::append:
      co_return co_await checkpointer_->append(std::move(entries), Durable::awaited, boundary, std::move(consumed));
    case Write::complete:
      co_return co_await checkpointer_->complete(std::move(entries), std::move(consumed));
    case Write::fail:
      co_return co_await checkpointer_->fail(std::move(entries), std::move(consumed));
    case Write::park:
      co_return co_await checkpointer_->park(std::move(entries), std::move(consumed));
  }
  co_return journal::Appended{};
}

// Holds the run while the store is away. Entries stay the same, so that a repeated append is recognised as the same
// one.
Task<journal::Appended> Recorder::write(Write how, std::vector<journal::Entry> entries, Boundary boundary,
                                        Consumed consumed) {
  for (int failures = 1;; ++failures) {
    std::optional<Error> problem;
    try {
      co_return co_await write_once(how, entries, boundary, consumed);
    } catch (const Cancelled&) {
      throw;
    } catch (...) {
      problem = current_error();
    }
    show_delay("the journal could not be written, trying again: " + problem->message());
    bool gave_up = false;
    try {
      co_await sleep_for(backoff(failures));
    } catch (const Cancelled&) {
      gave_up = true;
    }
    if (gave_up) throw StoreUnavailable(*problem);
  }
}

Task<void> Recorder::defer(journal::Payload payload) {
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(payload));
  auto entries = number(std::move(payloads));
  if (checkpointer_) co_await write(Write::defer, entries, Boundary::plain, {});
  take_in(entries);
}

Task<void> Recorder::commit(std::vector<journal::Payload> payloads, Boundary boundary, Consumed consumed) {
  auto entries = number(std::move(payloads));
  if (checkpointer_) {
    auto appended = co_await write(Write::append, entries, boundary, std::move(consumed));
    if (appended.verdict == journal::AppendVerdict::ownership_lost)
      throw Cancelled({Cause::ownership_lost, "another worker took the run over"});
    commands_waiting_ = appended.commands_waiting;
  }
  take_in(entries);
}

Task<bool> Recorder::close(Close how, journal::Payload payload, Consumed consumed) {
  std::vector<journal::Payload> payloads;
  payloads.push_back(std::move(payload));
  auto entries = number(std::move(payloads));
  if (checkpointer_) {
    Write write_how = how == Close::complete ? Write::complete : how == Close::fail ? Write::fail : Write::park;
    auto appended = co_await write(write_how, entries, Boundary::plain, std::move(consumed));
    if (appended.verdict == journal::AppendVerdict::ownership_lost)
      throw Cancelled({Cause::ownership_lost, "another worker took the run over"});
    if (appended.verdict == journal::AppendVerdict::unread_commands) {
      for (std::size_t i = 0; i + 1 < entries.size(); ++i) riding_.push_back(std::move(entries[i].payload));
      co_return false;
    }
  }
  take_in(entries);
  co_return true;
}

Task<std::vector<journal::Command>> Recorder::inbox() {
  commands_waiting_ = false;
  if (!checkpointer_) co_return std::vector<journal::Command>{};
  co_return co_await checkpointer_->inbox();
}

Task<void> Recorder::leave(Checkpointer::Attempt attempt) {
  if (checkpointer_) co_await checkpointer_->leave(attempt);
}

}  // namespace executus::run
