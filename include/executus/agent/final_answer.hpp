// A run's final answer. Models sometimes give the answer first, together with a last tool call, and close with nothing
// or with "see above": then the answer is the text before.
#pragma once

#include <string>

#include <executus/llm/transcript.hpp>

namespace executus::agent {

// The text of the last assistant message; but when that is empty, or at most 120 characters long and refers back, the
// last substantive assistant text before it: at least 200 characters, or at least 80 and three times the last text, and
// no announcement of what comes next. Messages before `from` do not count. Pure.
[[nodiscard]] std::string final_answer(const llm::Transcript& transcript, std::size_t from = 0);

}  // namespace executus::agent
