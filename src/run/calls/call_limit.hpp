// How often a run may call some tools. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>

#include <executus/llm/conversation.hpp>
#include <executus/tool/tool.hpp>

namespace executus::run {

// Why the call at `position` is one too many, for the model; nothing: it is not. `calls` are those of the run: the ones
// before it count, in the order of the transcript, so that the answer is the same after a crash.
[[nodiscard]] std::optional<std::string> over_limit(const tool::ToolInfo& info, std::span<const llm::CallRecord> calls,
                                                    llm::CallPosition position);

}  // namespace executus::run
