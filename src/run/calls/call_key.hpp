// The idempotency key of a call: the same across all recoveries, another one for every other call.
#pragma once

#include <string>
#include <string_view>

#include <executus/base/ids.hpp>
#include <executus/llm/conversation.hpp>

namespace executus::run {

// Hash of (run, response ordinal, call index, tool, digest of the final arguments): 32 hex digits.
[[nodiscard]] std::string call_key(const RunId& run, llm::CallPosition position, std::string_view tool,
                                   std::string_view arguments);

}  // namespace executus::run
