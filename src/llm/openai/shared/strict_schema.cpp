#include "llm/openai/shared/strict_schema.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/wire.hpp>

#include "base/among.hpp"
#include "llm/structured/answer_schema.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

// Keywords that allow or forbid no value; OpenAI refuses `default`.
constexpr std::array<std::string_view, 3> kLeftOut{"$schema", "$comment", "default"};

constexpr std::array<std::string_view, 3> kBesideAnyOf{"anyOf", "description", "title"};

constexpr std::array<std::string_view, 19> kKnown{
    "type",   "properties",  "required", "additionalProperties", "items",   "enum",     "const",    "pattern",
    "format", "multipleOf",  "minimum",  "exclusiveMinimum",     "maximum", "minItems", "maxItems", "exclusiveMaximum",
    "$defs",  "description", "title",
};

constexpr std::array<std::string_view, 9> kFormats{"date-time", "time", "date", "duration", "email",
                                                   "hostname",  "ipv4", "ipv6", "uuid"};

bool has_lookaround(std::string_view pattern) {
  constexpr std::array<std::string_view, 3> begins{"(?=", "(?!", "(?<"};
  return std::any_of(begins.begin(), begins.end(), [&](auto begin) { return pattern.find(begin) != pattern.npos; });
}

bool has_type(const json::object& schema, std::string_view name) {
  const auto* type = schema.if_contains("type");
  const auto* names = type ? type->if_array() : nullptr;
  return names ? std::find(names->begin(), names->end(), json::value(name)) != names->end()
               : text_in(schema, "type") == name;
}

bool requires_all(const json::object& schema, const json::object& properties) {
  const auto* required = array_in(schema, "required");
  return (required ? required->size() : 0) == properties.size() &&
         std::all_of(properties.begin(), properties.end(), [&](const auto& property) {
           return required &&
                  std::find(required->begin(), required->end(), json::value(property.key())) != required->end();
         });
}

bool make_strict(json::value& schema);

// The schemas of an object by name, and those of a list.
bool make_each_strict(json::value* schemas) {
  if (schemas == nullptr) return true;
  if (auto* list = schemas->if_array()) return std::all_of(list->begin(), list->end(), make_strict);
  auto* named = schemas->if_object();
  return named && std::all_of(named->begin(), named->end(), [](auto& member) { return make_strict(member.value()); });
}

bool close_object(json::object& schema) {
  const auto* properties = object_in(schema, "properties");
  if (!properties || !requires_all(schema, *properties)) return false;
  if (properties->empty() && !schema.contains("additionalProperties")) return false;  // any object
  auto& others = schema["additionalProperties"];
  if (others.is_null()) others = false;
  return others == json::value(false);
}

bool make_typed_strict(json::object& schema) {
  if (!schema.contains("type")) return false;  // a schema that says nothing of the type is not taken
  if (!std::all_of(schema.begin(), schema.end(), [](const auto& member) { return is_among(member.key(), kKnown); }))
    return false;
  if (has_lookaround(text_in(schema, "pattern"))) return false;
  if (schema.contains("format") && !is_among(text_in(schema, "format"), kFormats)) return false;
  if (has_type(schema, "object") ? !close_object(schema) : schema.contains("properties")) return false;
  auto* items = schema.if_contains("items");
  if (items ? !make_strict(*items) : has_type(schema, "array")) return false;
  return make_each_strict(schema.if_contains("properties"));
}

// Bounded by the nesting that JSON may have.
bool make_strict(json::value& schema) {
  auto* object = schema.if_object();
  if (!object) return false;
  for (auto keyword : kLeftOut) object->erase(keyword);
  if (!make_each_strict(object->if_contains("$defs"))) return false;
  if (object->contains("$ref")) return object->size() == 1;  // "$ref cannot have keywords"
  if (!object->contains("anyOf")) return make_typed_strict(*object);
  return make_each_strict(object->if_contains("anyOf")) &&
         std::all_of(object->begin(), object->end(),
                     [](const auto& member) { return is_among(member.key(), kBesideAnyOf); });
}

}  // namespace

std::optional<json::object> strict_schema(const json::object& schema) {
  json::value whole(with_fields_required(schema));
  if (text_in(whole.get_object(), "type") != "object" || !make_strict(whole)) return std::nullopt;
  return std::move(whole.get_object());
}

json::object sent_schema(const AnswerSchema& answer) {
  auto strict = strict_schema(answer.schema);
  json::object sent{{"name", text_json(answer.name)}, {"strict", strict.has_value()}};
  sent["schema"] = strict ? std::move(*strict) : answer.schema;
  return sent;
}

}  // namespace executus::llm::openai
