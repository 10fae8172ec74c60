// The run that a new one goes on from.
#pragma once

#include <executus/journal/checkpoint.hpp>
#include <executus/run/executor.hpp>

namespace executus::run {

// The state it ended in. Throws Error when it cannot be continued: run.unknown, submission.not_ended,
// submission.continues, and journal.* and store.* where it cannot be read.
[[nodiscard]] Task<journal::Checkpoint> state_to_continue(const Ports& ports, const Invocation& invocation);

// `begun`: the new run after its first entry. Throws Error submission.continues when there is nothing in it to answer:
// the last word is the model's.
void require_something_to_answer(const journal::Checkpoint& begun);

}  // namespace executus::run
