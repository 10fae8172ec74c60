// What becomes of the outcome of a call: its entry in the journal, and what the model is told where there is none.
// Pure.
#pragma once

#include <string>

#include <executus/journal/entry.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/tool/registry.hpp>

namespace executus::run {

// Precondition: the outcome is known.
[[nodiscard]] journal::Settled settled_entry(const llm::CallRecord& record, tool::Outcome outcome);

// What the model is told of a call that gave no answer in all its attempts.
[[nodiscard]] tool::Outcome outcome_unknown(const llm::ToolCall& call, tool::Effect effect, const std::string& reason);

[[nodiscard]] tool::Outcome unknown_tool(const llm::ToolCall& call, const tool::Toolbox& toolbox);

}  // namespace executus::run
