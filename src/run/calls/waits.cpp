#include "run/calls/waits.hpp"

#include <algorithm>
#include <utility>

#include "journal/signal_command.hpp"
#include "run/record/signal_name.hpp"

namespace executus::run {
namespace {

using llm::CallRecord;
using llm::CallState;
using llm::CallWait;
using llm::CallWake;

// Two reckonings of one time that do not differ by more are the same: clocks are read one after the other.
constexpr Milliseconds kSameTime{10};

CallWait lasting(Milliseconds time, const WaitingAt& at) {
  time = std::max(time, Milliseconds(0));
  return {later(at.now, time), time, at.moment, ""};
}

// What is left of a wait for a length of time, where that is certain whatever the calendar says.
std::optional<Milliseconds> certainly_left(const CallWait& wait, const WaitingAt& at) {
  auto age = wait.lasts ? time_between(wait.begun, at.moment) : std::nullopt;
  return age ? std::optional(*wait.lasts - *age) : std::nullopt;
}

bool is_due(const CallWait& wait, const WaitingAt& at) {
  if (!wait.until) return false;
  auto left = certainly_left(wait, at);
  if (!left) return *wait.until <= at.now;
  return *left <= Milliseconds(0) || (*left <= kSameTime && *wait.until <= at.now);
}

// Until when it waits by the calendar as it is now. After a start of the machine nobody knows how long ago the wait
// began; when the calendar is before that beginning it was set, and the wait begins anew.
WallTime reckoned(const CallWait& wait, const WaitingAt& at) {
  if (auto left = certainly_left(wait, at)) return later(at.now, *left);
  bool was_set = wait.lasts && later(*wait.until, -*wait.lasts) > at.now;
  return was_set ? later(at.now, *wait.lasts) : *wait.until;
}

std::optional<CallWait> reckoned_anew(const CallWait& wait, const WaitingAt& at) {
  if (!wait.until || !wait.lasts) return std::nullopt;
  auto until = reckoned(wait, at);
  auto from = std::min(until, *wait.until), to = std::max(until, *wait.until);
  if (to <= later(from, kSameTime)) return std::nullopt;
  auto left = std::chrono::duration_cast<Milliseconds>(until - at.now);
  return CallWait{until, left, at.moment, wait.signal};
}

// The signals of an inbox that no call has taken.
class Untaken {
 public:
  explicit Untaken(std::span<const journal::Command> inbox) {
    for (const auto& command : inbox)
      if (journal::is_signal(command)) signals_.push_back(&command);
  }

  // Null: there is none for this call. One that came when the time was up is for another one.
  const journal::Command* take_for(const CallWait& wait, bool due) {
    if (wait.signal.empty()) return nullptr;
    auto fits = [&](const journal::Command* signal) {
      return journal::signal_name(*signal) == wait.signal && (!due || signal->at <= *wait.until);
    };
    auto found = std::ranges::find_if(signals_, fits);
    if (found == signals_.end()) return nullptr;
    const auto* signal = *found;
    signals_.erase(found);
    return signal;
  }

 private:
  std::vector<const journal::Command*> signals_;
};

CallWake woken_by(const journal::Command& signal) {
  CallWake wake{CallWake::By::signal};
  if (const auto* payload = signal.payload.if_contains("payload")) wake.payload = *payload;
  return wake;
}

std::optional<WakeStep> step_for(const CallRecord& call, Untaken& signals, const WaitingAt& at) {
  bool due = is_due(*call.wait, at);
  if (const auto* signal = signals.take_for(*call.wait, due))
    return WakeStep{journal::Woken{call.position, woken_by(*signal)}, signal->id};
  if (due) return WakeStep{journal::Woken{call.position, {CallWake::By::time}}};
  if (auto wait = reckoned_anew(*call.wait, at))
    return WakeStep{journal::Parked{call.position, std::move(*wait), call.repeated_in_doubt}};
  return std::nullopt;
}

bool is_parked(const CallRecord& call) { return call.state == CallState::parked && call.wait; }

}  // namespace

bool asks_to_park(const tool::Outcome& outcome) {
  return std::holds_alternative<tool::ParkUntil>(outcome) || std::holds_alternative<tool::ParkFor>(outcome) ||
         std::holds_alternative<tool::ParkForSignal>(outcome);
}

Result<CallWait> wait_for(const tool::Outcome& outcome, const WaitingAt& at) {
  if (const auto* until = std::get_if<tool::ParkUntil>(&outcome)) return CallWait{until->when};
  if (const auto* time = std::get_if<tool::ParkFor>(&outcome)) return lasting(time->time, at);
  const auto& signal = std::get<tool::ParkForSignal>(outcome);
  if (auto problem = wrong_signal_name(signal.name)) return std::move(*problem);
  CallWait wait = signal.timeout ? lasting(*signal.timeout, at) : CallWait();
  wait.signal = signal.name;
  return wait;
}

CallWait spaced(CallWait wait, const WaitingAt& at) {
  if (!wait.until || *wait.until >= later(at.now, kShortestRepeat)) return wait;
  auto longer = lasting(*wait.until <= at.now ? kRepeatWhenOver : kShortestRepeat, at);
  longer.signal = std::move(wait.signal);
  return longer;
}

bool has_parked(std::span<const CallRecord> open) { return std::ranges::any_of(open, is_parked); }

bool waits_for_signal(std::span<const CallRecord> open) {
  return std::ranges::any_of(open, [](const auto& call) { return is_parked(call) && !call.wait->signal.empty(); });
}

std::vector<WakeStep> wake_steps(std::span<const CallRecord> open, std::span<const journal::Command> inbox,
                                 const WaitingAt& at) {
  Untaken signals(inbox);
  std::vector<WakeStep> steps;
  for (const auto& call : open) {
    if (!is_parked(call)) continue;
    if (auto step = step_for(call, signals, at)) steps.push_back(std::move(*step));
  }
  return steps;
}

void add_waits(journal::Waited& entry, std::span<const CallRecord> open) {
  for (const auto& call : open) {
    if (!is_parked(call)) continue;
    const auto& wait = *call.wait;
    if (wait.until) entry.wake_at = entry.wake_at ? std::min(*entry.wake_at, *wait.until) : *wait.until;
    bool known = std::ranges::find(entry.signals, wait.signal) != entry.signals.end();
    if (!wait.signal.empty() && !known) entry.signals.push_back(wait.signal);
  }
}

}  // namespace executus::run
