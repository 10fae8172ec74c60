#include "run/definition/inputs.hpp"

#include <executus/base/json.hpp>

namespace executus::run {

const boost::json::object& declared_inputs(const boost::json::object& schema) {
  static const boost::json::object none;
  const auto* properties = schema.if_contains("properties");
  return properties && properties->is_object() ? properties->get_object() : none;
}

std::string text_in_prompt(const boost::json::value& value) {
  if (value.is_null()) return {};
  return value.is_string() ? std::string(value.get_string()) : write_json(value);
}

boost::json::object with_defaults(const boost::json::object& schema, boost::json::object given) {
  for (const auto& member : declared_inputs(schema)) {
    const auto* declared = member.value().if_object();
    const auto* fallback = declared ? declared->if_contains("default") : nullptr;
    if (fallback && !given.contains(member.key())) given.emplace(member.key(), *fallback);
  }
  return given;
}

boost::json::object with_absent(const boost::json::object& schema, boost::json::object given) {
  for (const auto& member : declared_inputs(schema)) given.emplace(member.key(), nullptr);
  return given;
}

void add_input_variables(TemplateVariables& variables, const boost::json::object& inputs) {
  for (const auto& input : inputs) variables["inputs." + std::string(input.key())] = text_in_prompt(input.value());
}

}  // namespace executus::run
