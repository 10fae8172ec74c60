// The run that a new one goes on from.
#pragma once

#include <executus/journal/checkpoint.hpp>
#include <executus/run/executor.hpp>

namespace executus::run {

// The state it ended in; for a run that was submitted before, as it was then. Throws Error when it cannot be continued:
// run.unknown, submission.not_ended, submission.continues, and journal.* and store.* where it cannot be read.
[[nodiscard]] Task<journal::Checkpoint> state_to_continue(const Ports& ports, const Invocation& invocation);

// How the run ended that is continued. An answer may be a call, of the tool that hands it in.
enum class BaseEnd { answered, other };

// `begun`: the new run after its first entry. Throws Error submission.continues when there is nothing in it to answer:
// the last word is the model's.
void require_something_to_answer(const journal::Checkpoint& begun, BaseEnd base);

}  // namespace executus::run
