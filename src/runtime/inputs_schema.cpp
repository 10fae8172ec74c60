#include "runtime/inputs_schema.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/text.hpp"
#include "run/definition/inputs.hpp"

namespace executus {
namespace {

namespace json = boost::json;

bool admits_objects(const json::value& type) {
  const json::value object("object");
  return type == object || (type.is_array() && std::ranges::find(type.get_array(), object) != type.get_array().end());
}

// What others than the declared ones are taken for is said by the schema; where it says nothing, they are refused.
bool refuses_undeclared(const json::object& schema) {
  const auto* others = schema.if_contains("additionalProperties");
  bool open = others && !(others->is_bool() && !others->get_bool());
  return !open && !schema.contains("patternProperties");
}

void add_undeclared(const json::object& schema, std::vector<SchemaFault>& faults) {
  const auto* required = schema.if_contains("required");
  if (!required || !refuses_undeclared(schema)) return;
  const auto& declared = run::declared_inputs(schema);
  std::vector<std::string_view> names;
  for (const auto& member : declared) names.push_back(member.key());
  for (std::size_t i = 0; i < required->as_array().size(); ++i) {
    std::string_view name = required->as_array()[i].as_string();
    if (declared.contains(name)) continue;
    faults.push_back({pointer_to("/required", i), "no run could give the input '" + std::string(clip(name, 80)) +
                                                      "': 'properties' does not declare it" +
                                                      did_you_mean(name, names)});
  }
}

// The schema of one property, with the definitions it may refer to.
json::object alone(const json::object& schema, std::string_view name, const json::value& property) {
  json::object only{{"properties", json::object{{name, property}}}};
  for (const char* key : {"$defs", "definitions"})
    if (const auto* part = schema.if_contains(key)) only[key] = *part;
  return only;
}

}  // namespace

std::vector<SchemaFault> faults_of_inputs(const json::object& schema) {
  std::vector<SchemaFault> faults;
  if (const auto* type = schema.if_contains("type"); type && !admits_objects(*type))
    faults.push_back({"/type", "has to be of type object: inputs are given by name"});
  add_undeclared(schema, faults);
  return faults;
}

std::vector<SchemaFault> unfit_defaults(const json::object& schema) {
  std::vector<SchemaFault> faults;
  for (const auto& member : run::declared_inputs(schema)) {
    const auto* declared = member.value().if_object();
    const auto* fallback = declared ? declared->if_contains("default") : nullptr;
    if (!fallback) continue;
    auto wrong = validate(alone(schema, member.key(), member.value()), json::object{{member.key(), *fallback}});
    if (wrong.empty()) continue;
    auto at = pointer_to(pointer_to("/properties", member.key()), "default");
    faults.push_back({at, "the default of '" + std::string(clip(member.key(), 80)) +
                              "' does not fit its own schema: " + wrong.front()});
  }
  return faults;
}

}  // namespace executus
