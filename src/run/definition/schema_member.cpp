#include "run/definition/schema_member.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "base/text.hpp"

namespace executus::run {
namespace {

namespace json = boost::json;
using Is = SchemaMember::Is;

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

SchemaMember described_by(const json::value& schema) {
  if (const auto* object = schema.if_object()) return {Is::declared, object};
  bool refuses = schema.is_bool() && !schema.get_bool();
  return {refuses ? Is::absent : Is::declared, nullptr};
}

SchemaMember member_of(const json::object& schema, std::string_view name) {
  const auto* properties = schema.if_contains("properties");
  const auto* object = properties ? properties->if_object() : nullptr;
  if (const auto* member = object ? object->if_contains(name) : nullptr) return described_by(*member);
  if (!says_all(schema) || schema.contains("patternProperties")) return {};
  if (!may_be(schema, "object")) return {Is::absent};
  const auto* others = schema.if_contains("additionalProperties");
  if (others && !(others->is_bool() && !others->get_bool())) return {};
  return object || others ? SchemaMember{Is::absent} : SchemaMember{};
}

}  // namespace

SchemaMember schema_member(const json::object& schema, std::string_view path) {
  SchemaMember member{Is::declared, &schema};
  if (path.empty()) return member;
  for (auto name : split(path, '.')) {
    if (!member.schema) return {};
    member = member_of(*member.schema, name);
    if (member.is != Is::declared) return member;
  }
  return member;
}

SchemaMember schema_of_items(const SchemaMember& list) {
  if (list.is != Is::declared || !list.schema) return {};
  if (!may_be(*list.schema, "array")) return {Is::absent};
  const auto* items = list.schema->if_contains("items");
  return items ? described_by(*items) : SchemaMember{};
}

}  // namespace executus::run
