// type, enum and const; the keywords of numbers and of strings.
#include <executus/base/json.hpp>

#include "base/decimal.hpp"
#include "base/json_schema/validation.hpp"
#include "base/json_schema/values.hpp"
#include "base/text.hpp"

namespace executus::json_schema {

namespace json = boost::json;

void Validation::check_type(const json::object& schema, const json::value& value, const std::string& path,
                            Findings& findings) {
  const json::value* type = schema.if_contains("type");
  if (!type) return;
  bool fitting = !type->is_string() && !type->is_array();
  if (type->is_string()) fitting = fits_type(type->get_string(), value);
  if (type->is_array())
    for (const auto& name : type->get_array())
      fitting = fitting || !name.is_string() || fits_type(name.get_string(), value);
  const json::value* nullable = schema.if_contains("nullable");  // OpenAPI 3.0: beside a type
  fitting = fitting || (value.is_null() && nullable && nullable->is_bool() && nullable->get_bool());
  if (fitting) return;
  auto got = is_long_number(value) ? "a string of digits, as numbers of more than 64 bits are" : kind_in_words(value);
  add(findings, path, "expected " + type_names(*type) + ", got " + std::string(got));
}

void Validation::check_choices(const json::object& schema, const json::value& value, const std::string& path,
                               Findings& findings) {
  const json::value* constant = schema.if_contains("const");
  const json::array* choices = array_keyword(schema, "enum");
  if (!constant && !choices) return;
  std::string text = comparable(value);
  bool may_be_long = takes_numbers(schema);
  auto equal = [&](const json::value& other) {
    return comparable(other) == text || (may_be_long && same_long_number(other, value));
  };
  if (constant && !equal(*constant)) add(findings, path, "expected " + shown(*constant) + ", got " + shown(value));
  if (!choices) return;
  for (const auto& choice : *choices)
    if (equal(choice)) return;
  add(findings, path, "expected one of " + shown(*choices) + ", got " + shown(value));
}

void Validation::check_number(const json::object& schema, const json::value& value, const std::string& path,
                              Findings& findings) {
  struct Limit {
    std::string_view name, words;
    int wrong, also_wrong;  // results of compare_numbers(value, limit)
  };
  static constexpr Limit limits[] = {{"minimum", "at least ", -1, -1},
                                     {"maximum", "at most ", 1, 1},
                                     {"exclusiveMinimum", "more than ", -1, 0},
                                     {"exclusiveMaximum", "less than ", 1, 0}};
  for (const Limit& limit : limits) {
    const json::value* bound = bound_keyword(schema, limit.name);
    if (!bound) continue;
    int order = compare_numbers(value, *bound);
    if (order == limit.wrong || order == limit.also_wrong)
      add(findings, path, "expected " + std::string(limit.words) + shown(*bound) + ", got " + shown(value));
  }
  const json::value* unit = bound_keyword(schema, "multipleOf");
  if (!unit || !is_finite(*unit) || compare(number_of(*unit), {}) <= 0) return;
  if (!is_finite(value) || !is_multiple(number_of(value), number_of(*unit)))
    add(findings, path, "expected a multiple of " + shown(*unit) + ", got " + shown(value));
}

void Validation::check_string(const json::object& schema, const json::value& value, const std::string& path,
                              Findings& findings) {
  std::string_view text = value.get_string();
  std::size_t length = count_characters(text);
  std::string got = " characters, got " + std::to_string(length);
  if (under(schema, "minLength", length))
    add(findings, path, "expected at least " + shown(schema.at("minLength")) + got);
  if (over(schema, "maxLength", length)) add(findings, path, "expected at most " + shown(schema.at("maxLength")) + got);
  const json::value* expression = schema.if_contains("pattern");
  if (!expression || !expression->is_string()) return;
  const Pattern& compiled = pattern(expression->get_string());
  if (!compiled.ok()) return;
  switch (compiled.search(text)) {
    case PatternMatch::yes:
      return;
    case PatternMatch::no:
      return add(findings, path, "expected text that matches " + shown(*expression) + ", got " + shown(value));
    case PatternMatch::too_long:
      return add(findings, path, "the text is too long to be matched with " + shown(*expression));
  }
}

}  // namespace executus::json_schema
