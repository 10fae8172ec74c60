// Calls a tool and turns everything that can go wrong into an Outcome, in one place.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <executus/tool/registry.hpp>
#include <executus/tool/tool.hpp>

namespace executus::tool {

// The arguments the model wrote, as a JSON object ("" counts as {}, and a text that holds an object as that object);
// the error says what is wrong with them.
[[nodiscard]] Result<boost::json::object> parse_arguments(std::string_view text);

// The arguments as the tool gets them: in the form its schema asks for, where the model wrote another one
// (base/coercion.hpp). A function of what the journal holds, and so the same in every attempt.
[[nodiscard]] boost::json::object as_wanted(const ToolInfo& info, boost::json::object arguments);

// What is wrong with arguments that are as_wanted() already, for the model; nothing: they fit the tool's schema.
[[nodiscard]] std::optional<std::string> misfit(const ToolInfo& info, const boost::json::object& arguments);

// Calls `tool` with its timeout. What is no UTF-8 in its text is replaced by U+FFFD. It gets the arguments as_wanted(),
// and is not called with others: what does not fit is Failed, as `unsent`. A thrown exception becomes Failed (Unknown
// when it says that it may have acted), and so does giving up a call that has not begun; a timeout becomes Unknown,
// whose settling the effect class decides. A failure of a call that never began is `unsent`, and so is that of an agent
// which the tool is not for (Access). Cancellation of the surrounding scope passes through; `call.permit` tells whether
// the call had begun by then.
[[nodiscard]] Task<Outcome> invoke(Tool& tool, Call call);

// Asks the tool's probe about the same arguments, with its timeout; exceptions and timeouts are Unclear.
[[nodiscard]] Task<Probe> ask_probe(Tool& tool, Call call);

}  // namespace executus::tool
