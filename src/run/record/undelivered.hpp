// What a run was told and no model heard, and the signals that no call of it took. A steer message that was accepted is
// in a request that a model answered, or the journal tells it as undelivered with the run's end, whatever the end is
// and wherever it is written. Pure.
#pragma once

#include <span>
#include <vector>

#include <executus/journal/checkpoint.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// The entries that say so, for the transaction of the run's last entry, in the order in which the messages came: those
// the run had taken in and got no response any more, then those among `unread`, which that transaction consumes.
[[nodiscard]] std::vector<journal::Payload> undelivered_at_end(const journal::Checkpoint& checkpoint,
                                                               std::span<const journal::Command> unread);

}  // namespace executus::run
