// Calls that parked: until when they wait, and what wakes them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/journal/entry.hpp>
#include <executus/journal/store.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/tool/tool.hpp>

namespace executus::run {

struct WaitingAt {
  WallTime now;
  BootMoment moment;
};

[[nodiscard]] bool asks_to_park(const tool::Outcome& outcome);

// The wait that the outcome asks for, from `at` on. Precondition: it asks to park. The error says what is wrong with
// the name of the signal.
[[nodiscard]] Result<llm::CallWait> wait_for(const tool::Outcome& outcome, const WaitingAt& at);

// Of a call that its time has woken and that parks again: for a second at least, and for longer when the time it asks
// for is over. A tool that forgets to ask whether it was woken is not made again and again without a rest.
inline constexpr Milliseconds kShortestRepeat{1'000};
inline constexpr Milliseconds kRepeatWhenOver{10'000};
[[nodiscard]] llm::CallWait spaced(llm::CallWait wait, const WaitingAt& at);

[[nodiscard]] bool has_parked(std::span<const llm::CallRecord> open);
[[nodiscard]] bool waits_for_signal(std::span<const llm::CallRecord> open);

// A step for one parked call: it is woken, or its time is reckoned anew since the calendar was set meanwhile.
struct WakeStep {
  journal::Payload entry;                  // Woken or Parked
  std::optional<std::int64_t> taken = {};  // the signal, as a command of the inbox
  [[nodiscard]] bool wakes() const { return std::holds_alternative<journal::Woken>(entry); }
};

// For each parked call at most one step. Signals go to the calls in their order, each once; one that came after a
// call's time was up is not for that call.
[[nodiscard]] std::vector<WakeStep> wake_steps(std::span<const llm::CallRecord> open,
                                               std::span<const journal::Command> inbox, const WaitingAt& at);

// Adds to the entry when the first of the parked calls is due, and which signals they wait for.
void add_waits(journal::Waited& entry, std::span<const llm::CallRecord> open);

}  // namespace executus::run
