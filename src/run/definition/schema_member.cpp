#include "run/definition/schema_part.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "base/text.hpp"

namespace executus::run {
namespace {

namespace json = boost::json;
using Is = SchemaPart::Is;

// Keywords by which what stands elsewhere says more of a value.
constexpr std::array<std::string_view, 8> kElsewhere{"$ref", "allOf", "anyOf", "oneOf", "if", "not", "enum", "const"};

bool says_all(const json::object& schema) {
  return std::ranges::none_of(kElsewhere, [&](auto keyword) { return schema.contains(keyword); });
}

// Whether values of that type fit, as far as `type` says.
bool may_be(const json::object& schema, std::string_view type) {
  const auto* types = schema.if_contains("type");
  if (!types) return true;
  if (const auto* list = types->if_array())
    return std::ranges::any_of(*list, [&](const auto& each) { return each.is_string() && each.get_string() == type; });
  return types->is_string() && types->get_string() == type;
}

SchemaPart described_by(const json::value& schema) {
  if (const auto* object = schema.if_object()) return {Is::declared, object};
  bool refuses = schema.is_bool() && !schema.get_bool();
  return {refuses ? Is::absent : Is::declared, nullptr};
}

SchemaPart member_of(const json::object& schema, std::string_view name) {
  const auto* properties = schema.if_contains("properties");
  const auto* object = properties ? properties->if_object() : nullptr;
  if (const auto* member = object ? object->if_contains(name) : nullptr) return described_by(*member);
  if (!says_all(schema) || schema.contains("patternProperties")) return {};
  if (!may_be(schema, "object")) return {Is::absent};
  const auto* others = schema.if_contains("additionalProperties");
  if (others && !(others->is_bool() && !others->get_bool())) return {};
  return object || others ? SchemaPart{Is::absent} : SchemaPart{};
}

}  // namespace

SchemaPart schema_part(const json::object& schema, std::string_view path) {
  SchemaPart part{Is::declared, &schema};
  if (path.empty()) return part;
  for (auto name : split(path, '.')) {
    if (!part.schema) return {};
    part = member_of(*part.schema, name);
    if (part.is != Is::declared) return part;
  }
  return part;
}

SchemaPart schema_of_items(const SchemaPart& list) {
  if (list.is != Is::declared || !list.schema) return {};
  if (!may_be(*list.schema, "array")) return {Is::absent};
  const auto* items = list.schema->if_contains("items");
  return items ? described_by(*items) : SchemaPart{};
}

}  // namespace executus::run
