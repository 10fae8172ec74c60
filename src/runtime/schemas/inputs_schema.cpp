#include "runtime/schemas/inputs_schema.hpp"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "run/definition/inputs.hpp"
#include "runtime/schemas/whole_schema.hpp"

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
  if (!required) return;
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

bool is_closed(const json::value& property) { return property.is_bool() && !property.get_bool(); }

// The inputs that a part of the schema requires or declares.
std::set<std::string, std::less<>> named_in(const json::object& part) {
  std::set<std::string, std::less<>> names;
  for (const auto& member : run::declared_inputs(part))
    if (!is_closed(member.value())) names.emplace(member.key());
  if (const auto* required = part.if_contains("required"))
    for (const auto& name : required->as_array()) names.emplace(name.as_string());
  return names;
}

// Which inputs there are is said by the schema's own `properties` alone: defaults, prompts and --input go by them.
void add_declared_elsewhere(const json::object& schema, const std::vector<const json::object*>& parts,
                            std::vector<SchemaFault>& faults) {
  std::set<std::string, std::less<>> elsewhere;
  for (std::size_t i = 1; i < parts.size(); ++i) elsewhere.merge(named_in(*parts[i]));
  for (const auto& name : elsewhere)
    if (!run::declared_inputs(schema).contains(name))
      faults.push_back(
          {schema.contains("$ref") ? "/$ref" : "/allOf", "no run could give the input '" + std::string(clip(name, 80)) +
                                                             "': write it under 'properties' of 'inputs' itself"});
}

// Those that every run has: what is required, and what has a default.
std::size_t least_inputs(const json::object& schema, const std::vector<const json::object*>& parts) {
  std::set<std::string, std::less<>> names;
  for (const auto& member : run::with_defaults(schema, {})) names.emplace(member.key());
  for (const auto* part : parts)
    if (const auto* required = part->if_contains("required"))
      for (const auto& name : required->as_array()) names.emplace(name.as_string());
  return names.size();
}

void add_too_many(const json::object& schema, const std::vector<const json::object*>& parts,
                  std::vector<SchemaFault>& faults) {
  auto least = least_inputs(schema, parts);
  for (const auto* part : parts) {
    const auto* most = part->if_contains("maxProperties");
    if (!most || !most->is_number() || most->to_number<double>() >= static_cast<double>(least)) continue;
    faults.push_back({part == parts.front() ? "/maxProperties" : "",
                      "no run could give so few inputs: " + std::to_string(least) +
                          " are required or have a default, and 'maxProperties' is below that"});
  }
}

}  // namespace

std::vector<SchemaFault> faults_of_inputs(const json::object& schema) {
  std::vector<SchemaFault> faults;
  const json::value root(schema);
  auto parts = parts_of_whole(root);
  for (const auto* part : parts)
    if (const auto* type = part->if_contains("type"); type && !admits_objects(*type))
      faults.push_back({part == parts.front() ? "/type" : "", "has to be of type object: inputs are given by name"});
  if (refuses_undeclared(schema)) {
    add_undeclared(schema, faults);
    add_declared_elsewhere(schema, parts, faults);
  }
  add_too_many(schema, parts, faults);
  return faults;
}

}  // namespace executus
