// --input NAME=VALUE.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace executus::cli {

// The inputs by name. A value that fits what the schema says of its input as JSON (5 for integer or null, [1] for an
// array) is that JSON; else it is text, and so is one whose schema says nothing of its kind. Throws Error cli.usage.
[[nodiscard]] boost::json::object parse_inputs(const std::vector<std::string>& given,
                                               const boost::json::object& schema);

}  // namespace executus::cli
