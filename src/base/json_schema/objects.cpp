// The keywords of objects.
#include <executus/base/json.hpp>

#include "base/json_schema/validation.hpp"
#include "base/json_schema/values.hpp"
#include "base/text.hpp"

namespace executus::json_schema {

namespace json = boost::json;

namespace {

bool speaks_of_members(const json::object& schema) {
  return schema.contains("properties") || schema.contains("patternProperties") ||
         schema.contains("additionalProperties");
}

}  // namespace

void Validation::check_object(const json::object& schema, const json::value& value, const std::string& path,
                              Findings& findings, Evaluated& evaluated) {
  const json::object& object = value.get_object();
  std::string got = " properties, got " + std::to_string(object.size());
  if (under(schema, "minProperties", object.size()))
    add(findings, path, "expected at least " + shown(schema.at("minProperties")) + got);
  if (over(schema, "maxProperties", object.size()))
    add(findings, path, "expected at most " + shown(schema.at("maxProperties")) + got);
  if (const json::array* required = array_keyword(schema, "required"))
    for (const auto& name : *required)
      if (name.is_string() && !object.contains(name.get_string()))
        add(findings, pointer_to(path, name.get_string()), "missing; it is required");
  check_names(schema, object, path, findings);
  check_dependent(schema, value, path, findings, evaluated);
  if (!speaks_of_members(schema)) return;
  for (const auto& member : object) {
    if (findings.size() >= max_findings || !look()) return;
    check_member(schema, member, path, findings, evaluated);
  }
}

void Validation::check_names(const json::object& schema, const json::object& object, const std::string& path,
                             Findings& findings) {
  const json::value* names = schema.if_contains("propertyNames");
  if (!names) return;
  for (const auto& member : object) {
    Findings why;
    Evaluated evaluated;
    if (!fits(*names, json::value(member.key()), "", why, evaluated) && !why.empty())
      add(findings, pointer_to(path, member.key()), "a property cannot have this name; of " + why.front());
  }
}

// dependentRequired, dependentSchemas, and the older keyword that was both.
void Validation::check_dependent(const json::object& schema, const json::value& value, const std::string& path,
                                 Findings& findings, Evaluated& evaluated) {
  const json::object& object = value.get_object();
  for (std::string_view keyword : {"dependentRequired", "dependentSchemas", "dependencies"}) {
    const json::object* dependent = object_keyword(schema, keyword);
    if (!dependent) continue;
    for (const auto& each : *dependent) {
      if (!object.contains(each.key())) continue;
      const json::array* names = each.value().if_array();
      if (!names) check(each.value(), value, path, findings, evaluated);
      if (names)
        for (const auto& name : *names)
          if (name.is_string() && !object.contains(name.get_string()))
            add(findings, pointer_to(path, name.get_string()),
                "missing; where '" + std::string(each.key()) + "' is, it is required");
    }
  }
}

void Validation::check_member(const json::object& schema, const json::key_value_pair& member, const std::string& path,
                              Findings& findings, Evaluated& evaluated) {
  auto at = [&] { return pointer_to(path, member.key()); };
  bool known = false;
  const json::object* properties = object_keyword(schema, "properties");
  if (const json::value* property = properties ? properties->if_contains(member.key()) : nullptr) {
    known = true;
    check(*property, member.value(), at(), findings);
  }
  if (const json::object* by_pattern = object_keyword(schema, "patternProperties")) {
    for (const auto& property : *by_pattern) {
      const Pattern& names = pattern(property.key());
      if (names.ok() && names.search(member.key()) == PatternMatch::no) continue;
      known = true;
      if (names.ok()) check(property.value(), member.value(), at(), findings);
    }
  }
  const json::value* others = known ? nullptr : schema.if_contains("additionalProperties");
  if (tracks_ && (known || others)) evaluated.names.insert(member.key());
  if (!others) return;
  if (!others->is_bool()) return check(*others, member.value(), at(), findings);
  if (others->get_bool()) return;
  std::vector<std::string_view> names;
  if (properties)
    for (const auto& property : *properties) names.push_back(property.key());
  add(findings, at(), "unknown property" + did_you_mean(member.key(), names));
}

}  // namespace executus::json_schema
