#include "runtime/schemas/input_defaults.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/json_schema/validation.hpp"
#include "base/text.hpp"
#include "run/definition/inputs.hpp"
#include "runtime/schemas/whole_schema.hpp"

namespace executus {
namespace {

namespace json = boost::json;

// What `part` of the schema `root` says against `value`, "" for nothing. Its references lead to where they do in
// `root`.
std::string misfit(const json::value& root, const json::value& part, const json::value& value,
                   const std::string& at = "") {
  std::vector<std::string> findings;
  json_schema::Validation validation(root);
  validation.check(part, value, at, findings);
  if (validation.exhausted()) return "the schema takes too long to check it with";
  return findings.empty() ? "" : findings.front();
}

const json::value* default_of(const json::value& property) {
  const auto* declared = property.if_object();
  return declared ? declared->if_contains("default") : nullptr;
}

// Of `part` what no further input makes good.
json::object lasting(const json::object& part) {
  json::object keywords;
  for (const char* keyword : {"properties", "patternProperties", "additionalProperties", "propertyNames"})
    if (const auto* value = part.if_contains(keyword)) keywords[keyword] = *value;
  return keywords;
}

// Whether every required input has a default, so that a run may give none.
bool may_be_left_out(const json::object& schema, const json::object& defaults) {
  const auto* required = schema.if_contains("required");
  if (!required || !required->is_array()) return true;
  return std::ranges::all_of(required->get_array(), [&](const auto& name) {
    return name.is_string() && defaults.contains(name.get_string());
  });
}

}  // namespace

std::vector<SchemaFault> unfit_defaults(const json::object& schema) {
  std::vector<SchemaFault> faults;
  const json::value root(schema);
  for (const auto& member : run::declared_inputs(root.get_object())) {
    const auto* fallback = default_of(member.value());
    if (!fallback) continue;
    auto wrong = misfit(root, member.value(), *fallback, pointer_to("", member.key()));
    if (wrong.empty()) continue;
    auto at = pointer_to(pointer_to("/properties", member.key()), "default");
    faults.push_back(
        {at, "the default of '" + std::string(clip(member.key(), 80)) + "' does not fit its own schema: " + wrong});
  }
  return faults;
}

std::vector<SchemaFault> refused_defaults(const json::object& schema) {
  std::vector<SchemaFault> faults;
  const json::value root(schema);
  const auto defaults = run::with_defaults(schema, {});
  for (const auto* part : parts_of_whole(root)) {
    auto keywords = lasting(*part);
    if (part == root.if_object() && keywords.contains("properties"))  // each is looked at by unfit_defaults()
      for (auto& property : keywords["properties"].as_object()) property.value() = true;
    auto wrong = misfit(root, keywords, defaults);
    if (!wrong.empty()) faults.push_back({"", "the defaults of the properties do not fit the whole schema: " + wrong});
  }
  return faults;
}

std::vector<SchemaFault> incomplete_defaults(const json::object& schema) {
  auto free = schema;
  free.erase("required");
  const auto defaults = run::with_defaults(schema, {});
  if (!may_be_left_out(schema, defaults) || !validate(free, json::object()).empty()) return {};
  auto wrong = validate(schema, defaults);
  if (wrong.empty()) return {};
  return {{"", "a run that gives no inputs is refused for the defaults: " + wrong.front()}};
}

}  // namespace executus
