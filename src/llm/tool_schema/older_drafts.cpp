#include "llm/tool_schema/older_drafts.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

namespace executus::llm {
namespace {

namespace json = boost::json;

json::value taken_out(json::object& schema, std::string_view keyword) {
  json::value value = std::move(schema.at(keyword));
  schema.erase(keyword);
  return value;
}

void name_prefix_items(json::object& schema) {
  const auto* items = schema.if_contains("items");
  if (items && items->is_array()) {
    schema["prefixItems"] = taken_out(schema, "items");
    if (schema.contains("additionalItems")) schema["items"] = taken_out(schema, "additionalItems");
  }
  schema.erase("additionalItems");  // beside one schema for all items it says nothing
}

void part_dependencies(json::object& schema) {
  const auto* found = schema.if_contains("dependencies");
  if (!found || !found->is_object()) return;
  const auto dependencies = taken_out(schema, "dependencies");
  for (const auto& [name, value] : dependencies.get_object()) {
    auto& all = schema[value.is_array() ? "dependentRequired" : "dependentSchemas"];
    if (!all.is_object()) all.emplace_object();
    all.get_object()[name] = value;
  }
}

void let_null_in(json::object& schema) {
  const auto* nullable = schema.if_contains("nullable");
  bool takes_null = nullable && *nullable == json::value(true);
  schema.erase("nullable");
  auto* type = schema.if_contains("type");
  if (!takes_null || !type) return;
  if (type->is_string()) *type = json::array{std::move(*type)};
  if (auto* names = type->if_array(); names && std::ranges::find(*names, json::value("null")) == names->end())
    names->push_back("null");
}

}  // namespace

json::object in_todays_words(json::object schema) {
  name_prefix_items(schema);
  part_dependencies(schema);
  let_null_in(schema);
  return schema;
}

}  // namespace executus::llm
