#include <string>
#include <string_view>
#include <vector>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/json_schema_ref.hpp"
#include "base/pattern.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::string_view type_words[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
constexpr int max_checked_nesting = 256;

Error bad_schema(const std::string& path, const std::string& what) {
  return failed("schema.malformed", "the JSON Schema is malformed at '" + path + "': " + what);
}

std::optional<Error> wrong_kind(const std::string& path, std::string_view expected, const json::value& found) {
  return bad_schema(path, "expected " + std::string(expected) + ", got " + std::string(kind_in_words(found)));
}

std::optional<Error> check_type_name(const json::value& name, const std::string& path) {
  if (!name.is_string()) return wrong_kind(path, "the name of a type", name);
  std::string_view word = name.get_string();
  for (std::string_view known : type_words)
    if (word == known) return std::nullopt;
  return bad_schema(path, "unknown type '" + std::string(clip(word, 80)) + "'" + did_you_mean(word, type_words));
}

std::optional<Error> check_type_keyword(const json::value& type, const std::string& path) {
  if (!type.is_array()) return check_type_name(type, path);
  if (type.get_array().empty()) return bad_schema(path, "expected at least one type");
  for (std::size_t i = 0; i < type.get_array().size(); ++i)
    if (auto error = check_type_name(type.get_array()[i], pointer_to(path, i))) return error;
  return std::nullopt;
}

std::optional<Error> check_pattern_text(std::string_view text, const std::string& path) {
  if (Pattern(text).ok()) return std::nullopt;
  return bad_schema(path,
                    "this regular expression cannot be checked: expected ECMAScript syntax of moderate size, without "
                    "back-references and \\p{...}");
}

// Follows $ref from `schema` as long as one leads to the next.
std::optional<Error> check_ref_chain(const json::value& root, const json::value& ref, const std::string& path) {
  if (!ref.is_string()) return wrong_kind(path, "a string", ref);
  const json::value* next = &ref;
  for (int hops = 0; hops < max_checked_nesting; ++hops) {
    const json::value* target = resolve_ref(root, next->get_string());
    if (!target)
      return bad_schema(path, "the reference leads nowhere; only references such as '#/$defs/name' are followed");
    const json::object* object = target->if_object();
    next = object ? object->if_contains("$ref") : nullptr;
    if (!next || !next->is_string()) return std::nullopt;
  }
  return bad_schema(path, "the reference leads in a circle");
}

class SchemaCheck {
 public:
  explicit SchemaCheck(const json::value& root) : root_(root) {}

  std::optional<Error> check(const json::value& schema, const std::string& path, int nesting) const {
    if (schema.is_bool()) return std::nullopt;
    if (!schema.is_object()) return wrong_kind(path, "a schema (an object, true or false)", schema);
    if (nesting > max_checked_nesting) return bad_schema(path, "nested too deeply");
    for (const auto& member : schema.get_object())
      if (auto error = keyword(member.key(), member.value(), pointer_to(path, member.key()), nesting)) return error;
    return std::nullopt;
  }

 private:
  std::optional<Error> keyword(std::string_view name, const json::value& value, const std::string& path,
                               int nesting) const {
    if (name == "type") return check_type_keyword(value, path);
    if (name == "$ref") return check_ref_chain(root_, value, path);
    if (name == "properties" || name == "patternProperties" || name == "$defs" || name == "definitions")
      return by_name(name, value, path, nesting);
    if (name == "additionalProperties" || name == "additionalItems") return check(value, path, nesting + 1);
    if (name == "items") return value.is_array() ? list(value, path, nesting) : check(value, path, nesting + 1);
    if (name == "anyOf" || name == "oneOf" || name == "allOf" || name == "prefixItems")
      return list(value, path, nesting);
    return leaf(name, value, path);
  }

  std::optional<Error> by_name(std::string_view keyword, const json::value& schemas, const std::string& path,
                               int nesting) const {
    if (!schemas.is_object()) return wrong_kind(path, "an object", schemas);
    for (const auto& member : schemas.get_object()) {
      std::string at = pointer_to(path, member.key());
      if (keyword == "patternProperties")
        if (auto error = check_pattern_text(member.key(), at)) return error;
      if (auto error = check(member.value(), at, nesting + 1)) return error;
    }
    return std::nullopt;
  }

  std::optional<Error> list(const json::value& schemas, const std::string& path, int nesting) const {
    if (!schemas.is_array()) return wrong_kind(path, "an array", schemas);
    for (std::size_t i = 0; i < schemas.get_array().size(); ++i)
      if (auto error = check(schemas.get_array()[i], pointer_to(path, i), nesting + 1)) return error;
    return std::nullopt;
  }

  static std::optional<Error> leaf(std::string_view name, const json::value& value, const std::string& path) {
    if (name == "pattern")
      return value.is_string() ? check_pattern_text(value.get_string(), path) : wrong_kind(path, "a string", value);
    if (name == "enum") return value.is_array() ? std::nullopt : wrong_kind(path, "an array", value);
    if (name == "required") return strings(value, path);
    for (std::string_view limit : {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
      if (name == limit && !value.is_number()) return wrong_kind(path, "a number", value);
    for (std::string_view limit : {"minLength", "maxLength", "minItems", "maxItems"})
      if (name == limit && (!value.is_number() || value.to_number<double>() < 0))
        return bad_schema(path, "expected a number that is not negative");
    return std::nullopt;
  }

  static std::optional<Error> strings(const json::value& value, const std::string& path) {
    if (!value.is_array()) return wrong_kind(path, "an array of names", value);
    for (std::size_t i = 0; i < value.get_array().size(); ++i)
      if (!value.get_array()[i].is_string()) return wrong_kind(pointer_to(path, i), "a string", value.get_array()[i]);
    return std::nullopt;
  }

  const json::value& root_;
};

}  // namespace

std::optional<Error> check_schema(const json::value& schema) { return SchemaCheck(schema).check(schema, "", 0); }

}  // namespace executus
