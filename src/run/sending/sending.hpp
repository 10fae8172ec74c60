// Sends what the end of a run sends out, and notes in its store what became of that.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <executus/base/log.hpp>
#include <executus/journal/store.hpp>
#include <executus/run/delivery.hpp>
#include <executus/run/outcome.hpp>

namespace executus::run {

// How long a receiver is given to answer.
inline constexpr Milliseconds kAnswerLimit{10'000};

// How long to wait after so many tries in vain, 1 or more: 5 s, doubled each time, at most an hour.
[[nodiscard]] Milliseconds pause_after(int tries);

// The target of a row as the port is told it, with its key.
[[nodiscard]] DeliveryTarget target_of(const journal::Outgoing& row);

// Hands the end of a run to the port: the receiver's id of what was posted. Throws what the port throws, and Cancelled
// (deadline) when it gives no answer in time. `outcome` outlives the task.
[[nodiscard]] Task<std::string> post_end(Delivery& port, DeliveryTarget target, const RunOutcome& outcome);

struct SendingParts {
  journal::JournalStore& store;
  Delivery& port;
  Logger& logger;
};

// What became of one try. `later`: how long the target asked for; it has not failed.
struct Sent {
  journal::Outgoing row;
  std::optional<Milliseconds> later = {};
};

// One try at what the run's end sends out, as `row` says; `outcome` is that end, and outlives the task. Answered, it is
// done; else it is due again later. Nothing: it was answered, withdrawn, or tried by another process meanwhile. A
// cancelled try is due again at once. Throws Error store.* when the store is away: then the row is offered again after
// journal::kTryHold.
[[nodiscard]] Task<std::optional<Sent>> try_to_send(SendingParts parts, journal::Outgoing row,
                                                    const RunOutcome& outcome);

}  // namespace executus::run
