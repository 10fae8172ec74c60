// What the end of a call's exchange means for the run. Pure.
#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include <executus/tool/tool.hpp>

#include "mcp/connection/transport.hpp"
#include "mcp/wire/call_result.hpp"

namespace executus::mcp {

// `server` is its name in the declaration.
[[nodiscard]] tool::Outcome outcome_of(const CallResult& result, const std::optional<boost::json::object>& output);

// Whether the server holds the tool's results to a schema: SDKs say kInvalidParams of those too, when the tool has run.
enum class Results { unchecked, checked };

// An answer of the server. What it refused did nothing; any other error is a known outcome, and is never repeated.
[[nodiscard]] tool::Outcome outcome_of(const RpcError& error, const std::string& server,
                                       Results results = Results::unchecked);

// No answer: what the server cannot have got did nothing, and of the rest nobody knows.
[[nodiscard]] tool::Outcome outcome_of(const Loss& loss, const std::string& server);

}  // namespace executus::mcp
