// A person's answer to a call that waits for one.
#pragma once

#include <functional>

#include "cli/run_state.hpp"

namespace executus::cli {

// Throws Error cli.answered for a run that is cancelled, itself or with one above it: no answer counts any more.
void require_not_cancelled(Session& session, const RunState& state);

// How the run stands, for a sentence: "it is waiting: child".
[[nodiscard]] std::string standing(const RunState& state);

// What the runs below it ask, with the commands that answer; "; nothing to answer" when they ask nothing.
[[nodiscard]] std::string questions_below(Session& session, const RunState& state);

// Posts the answer to the call that `find` finds in the run, and returns the call. `find` is asked again when the run
// moves on meanwhile, and throws when nothing waits any more. A call is answered once: throws Error cli.answered when
// there is an earlier answer, which counts.
[[nodiscard]] llm::CallRecord answer_call(Session& session, const RunId& run,
                                          const std::function<llm::CallRecord(const RunState&)>& find,
                                          const std::function<journal::Command(const llm::CallRecord&)>& answer);

}  // namespace executus::cli
