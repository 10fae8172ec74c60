// Answers to `resources/list` and `resources/read`, as results of a call. Pure.
#pragma once

#include <boost/json/object.hpp>

#include <executus/base/result.hpp>

#include "mcp/wire/call_result.hpp"

namespace executus::mcp {

// A link for each resource; last, how the next page is asked for. Error mcp.malformed.
[[nodiscard]] Result<CallResult> read_resource_list(const boost::json::object& result);

[[nodiscard]] Result<CallResult> read_resource_contents(const boost::json::object& result);

}  // namespace executus::mcp
