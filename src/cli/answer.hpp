// A person's answer to a call that waits for one.
#pragma once

#include <functional>

#include "cli/run_state.hpp"

namespace executus::cli {

// Posts the answer to the call that `find` finds in the run, and returns the call. `find` is asked again when the run
// moves on meanwhile, and throws when nothing waits any more. A call is answered once: throws Error cli.answered when
// somebody was first, whose answer counts.
[[nodiscard]] llm::CallRecord answer_call(Session& session, const RunId& run,
                                          const std::function<llm::CallRecord(const RunState&)>& find,
                                          const std::function<journal::Command(const llm::CallRecord&)>& answer);

}  // namespace executus::cli
