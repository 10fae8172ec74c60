// Answers to `resources/list` and `resources/read`, as results of a call. Pure.
#pragma once

#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/result.hpp>

#include "mcp/wire/call_result.hpp"

namespace executus::mcp {

// A link for each resource; last, how the next page is asked for. Error mcp.malformed.
[[nodiscard]] Result<CallResult> read_resource_list(const boost::json::object& result);

// Of `resources/templates/list`: a link for each, whose address has names in braces to fill in. Nothing: there are
// none.
[[nodiscard]] std::vector<Block> read_resource_templates(const boost::json::object& result);

[[nodiscard]] Result<CallResult> read_resource_contents(const boost::json::object& result);

}  // namespace executus::mcp
