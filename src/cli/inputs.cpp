#include "cli/inputs.hpp"

#include <boost/json.hpp>

#include <executus/base/json.hpp>

namespace executus::cli {
namespace {

namespace json = boost::json;

// The type the schema names for `input`; "string" when it names none.
std::string_view declared_type(const json::object& schema, std::string_view input) {
  const auto* properties = schema.if_contains("properties");
  const auto* property = properties && properties->is_object() ? properties->get_object().if_contains(input) : nullptr;
  const auto* type = property && property->is_object() ? property->get_object().if_contains("type") : nullptr;
  return type && type->is_string() ? std::string_view(type->get_string()) : "string";
}

}  // namespace

json::object parse_inputs(const std::vector<std::string>& given, const json::object& schema) {
  json::object inputs;
  for (const auto& each : given) {
    auto equals = each.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw failed("cli.usage", "--input '" + each + "': expected NAME=VALUE");
    std::string name = each.substr(0, equals), value = each.substr(equals + 1);
    if (inputs.contains(name)) throw failed("cli.usage", "--input " + name + " is given twice");
    std::string type(declared_type(schema, name));
    if (type == "string") {
      inputs[name] = value;
      continue;
    }
    auto parsed = parse_json(value);
    if (!parsed.ok()) throw failed("cli.usage", "--input " + name + " has to be of type " + type + " (as JSON)");
    inputs[name] = std::move(*parsed);
  }
  return inputs;
}

}  // namespace executus::cli
