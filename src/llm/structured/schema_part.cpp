#include "llm/structured/schema_part.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include <boost/json.hpp>

#include "base/among.hpp"
#include "base/json_schema/ref.hpp"
#include "base/json_schema/walk.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

bool names_type(const json::object& schema, std::string_view name) {
  const auto* type = schema.if_contains("type");
  if (!type) return false;
  const auto* names = type->if_array();
  return names ? std::ranges::find(*names, json::value(name)) != names->end() : *type == json::value(name);
}

// Whether some value of the schema contains a value of the same schema.
class Recursion {
 public:
  explicit Recursion(const json::value& root) : root_(root) {}

  bool is_in(const json::value& schema) {
    auto [state, is_new] = states_.emplace(&schema, State::open);
    if (!is_new) return state->second == State::open;
    bool found = false;
    for_each_keyword(schema, "", [&](std::string_view keyword, const json::value& value, const std::string&) {
      if (found || keyword != "$ref" || !value.is_string()) return;
      const auto* target = resolve_ref(root_, value.get_string());
      found = !target || is_in(*target);
    });
    states_[&schema] = State::done;
    return found;
  }

 private:
  enum class State { open, done };
  const json::value& root_;
  std::map<const json::value*, State> states_;
};

class PartCheck {
 public:
  explicit PartCheck(const SchemaPart& part) : part_(part) {}

  bool takes(const json::value& schema) {
    const auto* object = schema.if_object();
    return object && says_something(*object) && ref_stands_alone(*object) && takes_object(*object) &&
           std::ranges::all_of(*object, [&](const auto& member) { return takes(member.key(), member.value()); }) &&
           counts_fit(*object);
  }

 private:
  static bool says_something(const json::object& schema) {
    constexpr std::array<std::string_view, 6> telling{"type", "enum", "const", "anyOf", "oneOf", "$ref"};
    return std::ranges::any_of(schema, [&](const auto& member) { return is_among(member.key(), telling); });
  }

  static bool ref_stands_alone(const json::object& schema) {
    return !schema.contains("$ref") ||
           std::ranges::all_of(schema, [](const auto& member) { return member.key().starts_with('$'); });
  }

  // An object that lists no properties is a map.
  bool takes_object(const json::object& schema) const {
    if (!names_type(schema, "object") || part_.maps == SchemaPart::Maps::taken) return true;
    const auto* others = schema.if_contains("additionalProperties");
    if (others && *others != json::value(false)) return false;
    const auto* listed = schema.if_contains("properties");
    return (listed && !listed->as_object().empty()) || others;
  }

  bool takes(std::string_view keyword, const json::value& value) {
    constexpr std::array<std::string_view, 3> named{"properties", "$defs", "definitions"};
    constexpr std::array<std::string_view, 3> lists{"anyOf", "oneOf", "prefixItems"};
    if (std::ranges::find(part_.keywords, keyword) == part_.keywords.end()) return false;
    if (is_among(keyword, named))
      return std::ranges::all_of(value.as_object(), [&](const auto& member) { return takes(member.value()); });
    if (is_among(keyword, lists))
      return std::ranges::all_of(value.as_array(), [&](const auto& each) { return takes(each); });
    if (keyword == "additionalProperties" && value.is_bool()) return true;  // takes_object() has looked at it
    if (keyword == "items" || keyword == "additionalProperties") return takes(value);
    if (keyword == "format") return takes_format(value);
    return keyword != "enum" ||
           std::ranges::all_of(value.as_array(), [&](const auto& each) { return is_choice(each); });
  }

  bool takes_format(const json::value& format) const {
    return part_.formats.empty() ||
           (format.is_string() && std::ranges::find(part_.formats, format.get_string()) != part_.formats.end());
  }

  bool is_choice(const json::value& value) const {
    if (part_.choices == SchemaPart::Choices::any) return true;
    if (value.is_string() || value.is_number()) return true;
    return part_.choices == SchemaPart::Choices::plain && (value.is_bool() || value.is_null());
  }

  bool counts_fit(const json::object& schema) {
    const auto* type = schema.if_contains("type");
    if (schema.contains("anyOf") || (type && type->is_array())) ++unions_;
    const auto* listed = schema.if_contains("properties");
    const auto* required = schema.if_contains("required");
    if (listed) optional_ += static_cast<int>(listed->as_object().size());
    if (listed && required) optional_ -= static_cast<int>(required->as_array().size());
    return (part_.most_unions == 0 || unions_ <= part_.most_unions) &&
           (part_.most_optional == 0 || optional_ <= part_.most_optional);
  }

  const SchemaPart& part_;
  int unions_ = 0;
  int optional_ = 0;
};

// Servers want an object, and not a choice among several.
bool is_plain_object(const json::object& schema) {
  constexpr std::array<std::string_view, 5> choosing{"anyOf", "oneOf", "enum", "const", "$ref"};
  const auto* type = schema.if_contains("type");
  return type && *type == json::value("object") &&
         std::ranges::none_of(schema, [&](const auto& member) { return is_among(member.key(), choosing); });
}

}  // namespace

bool keeps_to(const json::object& schema, const SchemaPart& part) {
  const json::value root(schema);
  if (!is_plain_object(schema) || !PartCheck(part).takes(root)) return false;
  return part.recursion == SchemaPart::Recursion::taken || !Recursion(root).is_in(root);
}

}  // namespace executus::llm
