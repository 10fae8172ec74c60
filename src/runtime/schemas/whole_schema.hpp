// The parts of a JSON Schema that hold for the whole value, whatever the value is.
#pragma once

#include <vector>

#include <boost/json/value.hpp>

namespace executus {

// The schema itself and those its `$ref` and `allOf` lead to, each once. They stand in `root`, which outlives them.
[[nodiscard]] std::vector<const boost::json::object*> parts_of_whole(const boost::json::value& root);

}  // namespace executus
