// --input NAME=VALUE.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

namespace executus::cli {

// The inputs by name. A value is text unless the schema declares its input otherwise (integer, number, boolean, array,
// object): then it is read as JSON. Throws Error cli.usage.
[[nodiscard]] boost::json::object parse_inputs(const std::vector<std::string>& given,
                                               const boost::json::object& schema);

}  // namespace executus::cli
