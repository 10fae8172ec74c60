// JSON as YAML for people: blocks, short lists in a line, texts of several lines as they are.
#pragma once

#include <string>

#include <boost/json/object.hpp>

namespace executus {

// parse_yaml() reads the same value in it, as far as that can read it at all (yaml.hpp). Ends with a line feed.
[[nodiscard]] std::string write_yaml(const boost::json::object& map);

}  // namespace executus
