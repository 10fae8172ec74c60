#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/json_schema/keywords.hpp"
#include "base/json_schema/ref.hpp"
#include "base/json_schema/values.hpp"
#include "base/json_schema/walk.hpp"
#include "base/pattern/pattern.hpp"
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
                    "back references, look-behind and escapes that stand for nothing; of properties the short names of "
                    "categories but C, and scripts, are known (\\p{Lu}, \\p{Script=Greek}), without look-ahead");
}

std::optional<Error> check_names(const json::value& value, const std::string& path) {
  if (!value.is_array()) return wrong_kind(path, "an array of names", value);
  for (std::size_t i = 0; i < value.get_array().size(); ++i)
    if (!value.get_array()[i].is_string()) return wrong_kind(pointer_to(path, i), "a string", value.get_array()[i]);
  return std::nullopt;
}

std::optional<Error> check_names_by_name(const json::value& value, const std::string& path) {
  if (!value.is_object()) return wrong_kind(path, "an object", value);
  for (const auto& member : value.get_object())
    if (auto error = check_names(member.value(), pointer_to(path, member.key()))) return error;
  return std::nullopt;
}

std::optional<Error> check_count(const json::value& value, const std::string& path) {
  bool fits = value.is_number() && value.to_number<double>() >= 0 &&
              std::trunc(value.to_number<double>()) == value.to_number<double>();
  return fits ? std::nullopt : std::optional(bad_schema(path, "expected a whole number that is not negative"));
}

std::optional<Error> check_number(const json::value& value, const std::string& path) {
  bool is_number = value.is_number() || json_schema::is_long_number(value);
  return is_number ? std::nullopt : wrong_kind(path, "a number", value);
}

std::optional<Error> check_positive_number(const json::value& value, const std::string& path) {
  bool is_below =
      value.is_number() ? value.to_number<double>() <= 0 : value.is_string() && value.get_string().starts_with('-');
  if (!is_below) return check_number(value, path);
  return bad_schema(path, "expected a number above 0");
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
    const Keyword* known = keyword_of(name);
    if (!known) return misspelt(name, path);
    switch (known->value) {
      case KeywordValue::anything:
        return std::nullopt;
      case KeywordValue::type:
        return check_type_keyword(value, path);
      case KeywordValue::reference:
        return check_ref(value, path);
      case KeywordValue::schema:
        return check(value, path, nesting + 1);
      case KeywordValue::schema_or_list:
        return value.is_array() ? list(value, path, nesting) : check(value, path, nesting + 1);
      case KeywordValue::schemas:
        return list(value, path, nesting);
      case KeywordValue::named_schemas:
      case KeywordValue::pattern_schemas:
      case KeywordValue::names_or_schemas:
        return by_name(known->value, value, path, nesting);
      case KeywordValue::names_by_name:
        return check_names_by_name(value, path);
      case KeywordValue::names:
        return check_names(value, path);
      case KeywordValue::values:
        return value.is_array() ? std::nullopt : wrong_kind(path, "an array", value);
      case KeywordValue::pattern:
        return value.is_string() ? check_pattern_text(value.get_string(), path) : wrong_kind(path, "a string", value);
      case KeywordValue::number:
        return check_number(value, path);
      case KeywordValue::positive_number:
        return check_positive_number(value, path);
      case KeywordValue::count:
        return check_count(value, path);
      case KeywordValue::flag:
        return value.is_bool() ? std::nullopt : wrong_kind(path, "true or false", value);
    }
    return std::nullopt;
  }

  // The standard ignores unknown keywords; one that is nearly a known one was meant to be it.
  static std::optional<Error> misspelt(std::string_view name, const std::string& path) {
    auto meant = is_extension(name) ? std::string() : did_you_mean(name, keyword_names());
    if (meant.empty()) return std::nullopt;
    return bad_schema(path, "unknown keyword '" + std::string(clip(name, 80)) + "'" + meant);
  }

  std::optional<Error> check_ref(const json::value& ref, const std::string& path) const {
    if (!ref.is_string()) return wrong_kind(path, "a string", ref);
    if (resolve_ref(root_, ref.get_string())) return std::nullopt;
    return bad_schema(path, "the reference leads nowhere; only references such as '#/$defs/name' are followed");
  }

  std::optional<Error> by_name(KeywordValue kind, const json::value& schemas, const std::string& path,
                               int nesting) const {
    if (!schemas.is_object()) return wrong_kind(path, "an object", schemas);
    for (const auto& member : schemas.get_object()) {
      std::string at = pointer_to(path, member.key());
      if (kind == KeywordValue::pattern_schemas)
        if (auto error = check_pattern_text(member.key(), at)) return error;
      bool names = kind == KeywordValue::names_or_schemas && member.value().is_array();
      if (auto error = names ? check_names(member.value(), at) : check(member.value(), at, nesting + 1)) return error;
    }
    return std::nullopt;
  }

  std::optional<Error> list(const json::value& schemas, const std::string& path, int nesting) const {
    if (!schemas.is_array()) return wrong_kind(path, "an array", schemas);
    for (std::size_t i = 0; i < schemas.get_array().size(); ++i)
      if (auto error = check(schemas.get_array()[i], pointer_to(path, i), nesting + 1)) return error;
    return std::nullopt;
  }

  const json::value& root_;
};

// Adds a line for each keyword in `schema` that nothing is held to.
void list_unchecked(const json::value& schema, const std::string& path, std::vector<std::string>& lines) {
  for_each_keyword(schema, path, [&](std::string_view name, const json::value& value, const std::string& at) {
    const Keyword* known = keyword_of(name);
    if (!known && !is_extension(name))
      lines.push_back("'" + at + "': unknown keyword '" + std::string(clip(name, 80)) + "', which is not checked");
    if (known && known->use == KeywordUse::unchecked)
      lines.push_back("'" + at + "': '" + std::string(name) + "' is not checked");
    if (name == "$id" && at != "/$id" && value.is_string())
      lines.push_back("'" + at + "': references to a schema inside a schema by its '$id' are not followed");
  });
}

}  // namespace

std::optional<Error> check_schema(const json::value& schema) {
  if (auto error = SchemaCheck(schema).check(schema, "", 0)) return error;
  if (auto path = endless_schema(schema))
    return bad_schema(*path, "the schema leads in a circle, or on without end, and never into a part of the value");
  return std::nullopt;
}

std::vector<std::string> unchecked_keywords(const json::value& schema) {
  std::vector<std::string> lines;
  list_unchecked(schema, "", lines);
  return lines;
}

}  // namespace executus
