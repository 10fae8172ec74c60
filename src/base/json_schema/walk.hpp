// Walks over the schemas inside a JSON Schema.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace executus {

// Calls `visit` with each keyword of `schema` and of the schemas inside it, its value and where it stands (below
// `path`). Precondition: parse_json's nesting, no more.
using KeywordVisit = std::function<void(std::string_view name, const boost::json::value& value, const std::string& at)>;
void for_each_keyword(const boost::json::value& schema, const std::string& path, const KeywordVisit& visit);

// The place of a schema that leads back to itself for the same value ({"allOf": [{"$ref": "#"}]}), so that no value can
// be checked with it. Nothing: there is none.
[[nodiscard]] std::optional<std::string> endless_schema(const boost::json::value& root);

}  // namespace executus
