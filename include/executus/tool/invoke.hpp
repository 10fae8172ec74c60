// Calls a tool and turns everything that can go wrong into an Outcome, in one place.
#pragma once

#include <cstddef>
#include <string>

#include <executus/tool/registry.hpp>
#include <executus/tool/tool.hpp>

namespace executus::tool {

// The arguments the model wrote, as a JSON object ("" counts as {}); the error says what is wrong with them.
[[nodiscard]] Result<boost::json::object> parse_arguments(std::string_view text);

// Longer results are cut, and say so; what is no UTF-8 is replaced by U+FFFD.
inline constexpr std::size_t kMaxResultBytes = 1'000'000;

// Calls `tool` with its timeout. A thrown exception becomes Failed (Unknown when it says that it may have acted), and
// so does giving up a call that has not begun; a timeout becomes Unknown, whose settling the effect class decides. A
// failure of a call that never began is `unsent`, and so is that of an agent which the tool is not for (Access).
// Cancellation of the surrounding scope passes through; `call.permit` tells whether the call had begun by then.
[[nodiscard]] Task<Outcome> invoke(Tool& tool, Call call);

// Asks the tool's probe, with its timeout; exceptions and timeouts are Unclear.
[[nodiscard]] Task<Probe> ask_probe(Tool& tool, Call call);

}  // namespace executus::tool
