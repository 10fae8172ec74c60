// The first difference of two JSON values, for people.
#pragma once

#include <optional>
#include <string>

#include <boost/json/value.hpp>

namespace executus::llm {

struct JsonDifference {
  std::string path;  // JSON Pointer; "" is the root
  std::string before;
  std::string now;  // both clipped, long texts to where they part; "nothing" when the other one has something there
};

// The first difference, members in the order of `before`. Nothing: they are equal.
[[nodiscard]] std::optional<JsonDifference> first_difference(const boost::json::value& before,
                                                             const boost::json::value& now);

}  // namespace executus::llm
