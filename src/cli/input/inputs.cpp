#include "cli/input/inputs.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

namespace executus::cli {
namespace {

namespace json = boost::json;

const json::object* object_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_object() : nullptr;
}

// Whether the schema of `input` says anything of what kind it is.
bool says_the_kind(const json::object& schema, std::string_view input) {
  const auto* properties = object_at(schema, "properties");
  const auto* property = properties ? object_at(*properties, input) : nullptr;
  static constexpr std::array<std::string_view, 9> keywords{"type",  "enum", "const", "anyOf", "oneOf",
                                                            "allOf", "$ref", "not",   "if"};
  return property && std::ranges::any_of(keywords, [&](auto keyword) { return property->contains(keyword); });
}

// Whether `value` fits what the schema says of that input alone: others may not be there yet.
bool fits(const json::object& schema, const std::string& input, const json::value& value) {
  json::object alone;
  for (const char* keyword : {"properties", "$defs", "definitions"})
    if (const auto* part = schema.if_contains(keyword)) alone[keyword] = *part;
  return validate(alone, json::object{{input, value}}).empty();
}

// Text, but for what the schema takes as JSON: a string in quotes only when the text with its quotes does not fit.
json::value input_value(const json::object& schema, const std::string& name, const std::string& text) {
  json::value as_text(text);
  if (!says_the_kind(schema, name)) return as_text;
  auto parsed = parse_json(text);
  if (!parsed.ok()) return as_text;
  bool json_fits = fits(schema, name, *parsed), text_fits = fits(schema, name, as_text);
  bool takes_json = parsed->is_string() ? json_fits && !text_fits : json_fits || !text_fits;
  return takes_json ? std::move(*parsed) : std::move(as_text);
}

// The one type, other than text, that the schema names for `input`.
std::optional<std::string> only_type(const json::object& schema, std::string_view input) {
  const auto* properties = object_at(schema, "properties");
  const auto* property = properties ? object_at(*properties, input) : nullptr;
  const auto* type = property ? property->if_contains("type") : nullptr;
  if (!type || !type->is_string() || *type == json::value("string")) return std::nullopt;
  return std::string(std::string_view(type->get_string()));
}

}  // namespace

json::object parse_inputs(const std::vector<std::string>& given, const json::object& schema) {
  json::object inputs;
  for (const auto& each : given) {
    auto equals = each.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw failed("cli.usage", "--input '" + each + "': expected NAME=VALUE");
    std::string name = each.substr(0, equals), text = each.substr(equals + 1);
    if (inputs.contains(name)) throw failed("cli.usage", "--input " + name + " is given twice");
    auto value = input_value(schema, name, text);
    auto type = only_type(schema, name);
    if (type && value.is_string() && !parse_json(text))
      throw failed("cli.usage", "--input " + name + " has to be of type " + *type + " (as JSON)");
    inputs[name] = std::move(value);
  }
  return inputs;
}

}  // namespace executus::cli
