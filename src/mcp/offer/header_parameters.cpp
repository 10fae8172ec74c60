#include "mcp/offer/header_parameters.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include <boost/json.hpp>

#include "base/ascii.hpp"
#include "base/json_schema/walk.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

constexpr std::string_view kAnnotation = "x-mcp-header";
constexpr int kDeepestProperty = 32;

struct Annotated {
  std::vector<std::string_view> path;
  const json::object* schema = nullptr;
};

// NOLINTNEXTLINE(misc-no-recursion): kDeepestProperty
void find_annotated(const json::object& schema, std::vector<std::string_view> path, std::vector<Annotated>& found) {
  if (schema.contains(kAnnotation)) found.push_back({path, &schema});
  const auto* properties = object_in(schema, "properties");
  if (!properties || path.size() == kDeepestProperty) return;
  for (const auto& [name, property] : *properties) {
    if (!property.is_object()) continue;
    auto below = path;
    below.push_back(name);
    find_annotated(property.get_object(), std::move(below), found);
  }
}

std::vector<Annotated> annotated(const json::object& schema) {
  std::vector<Annotated> found;
  find_annotated(schema, {}, found);
  return found;
}

std::size_t all_annotations(const json::object& schema) {
  std::size_t count = 0;
  for_each_keyword(json::value(schema), "", [&](std::string_view name, const json::value&, const std::string&) {
    if (name == kAnnotation) ++count;
  });
  return count;
}

bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return is_ascii_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_of_plain_type(const json::object& schema) {
  auto type = text_or(schema, "type");
  return type == "string" || type == "integer" || type == "boolean";
}

const json::value* argument_at(const json::object& arguments, const std::vector<std::string_view>& path) {
  const json::value* value = nullptr;
  const json::object* object = &arguments;
  for (auto name : path) {
    value = object ? object->if_contains(name) : nullptr;
    if (!value) return nullptr;
    object = value->if_object();
  }
  return value;
}

// Nothing: there is none to send.
std::optional<std::string> header_text(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(std::string_view(*text));
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  auto number = whole_number(value);
  return number ? std::optional(std::to_string(*number)) : std::nullopt;
}

}  // namespace

std::optional<std::string> header_problem(const json::object& parameters) {
  std::set<std::string> names;
  auto found = annotated(parameters);
  for (const auto& [path, schema] : found) {
    const auto* name = text_in(*schema, kAnnotation);
    if (!name || !is_token(*name)) return "an x-mcp-header of its input schema is no name of a header";
    if (!names.insert(lowered(std::string_view(*name))).second)
      return "two properties of its input schema have the same x-mcp-header";
    if (path.empty() || !is_of_plain_type(*schema))
      return "an x-mcp-header of its input schema is not of a string, an integer or a boolean";
  }
  if (all_annotations(parameters) != found.size())
    return "an x-mcp-header of its input schema is not of a property that is always at the same place";
  return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> header_parameters(const json::object& parameters,
                                                                   const json::object& arguments) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [path, schema] : annotated(parameters)) {
    const auto* value = argument_at(arguments, path);
    auto text = value ? header_text(*value) : std::nullopt;
    if (text) headers.emplace_back("Mcp-Param-" + text_or(*schema, kAnnotation), std::move(*text));
  }
  return headers;
}

}  // namespace executus::mcp
