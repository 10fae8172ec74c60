// Arguments that a modern server over HTTP wants in headers besides (`x-mcp-header` in a tool's input schema). Pure.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

namespace executus::mcp {

// Why the schema's annotations cannot be followed; the tool must not be called then. Nothing: they can, or there are
// none. A name is a token that comes once, whatever its capitals, of a string, an integer or a boolean that the root
// leads to through properties alone.
[[nodiscard]] std::optional<std::string> header_problem(const boost::json::object& parameters);

// "Mcp-Param-NAME" and its value, not encoded yet, for those that have one. Of a schema without a problem.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> header_parameters(const boost::json::object& parameters,
                                                                                 const boost::json::object& arguments);

}  // namespace executus::mcp
