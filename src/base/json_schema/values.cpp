#include "base/json_schema/values.hpp"

#include <algorithm>
#include <cmath>

#include <executus/base/json.hpp>

#include "base/json/json_write.hpp"
#include "base/text.hpp"

namespace executus::json_schema {

namespace json = boost::json;

bool fits_type(std::string_view type, const json::value& value) {
  if (type == "integer") {
    const double* number = value.if_double();
    return value.is_int64() || value.is_uint64() || (number && std::trunc(*number) == *number);
  }
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  return true;  // no type of the standard: check_schema says so
}

bool is_finite(const json::value& number) { return !number.is_double() || std::isfinite(number.get_double()); }

int compare_numbers(const json::value& a, const json::value& b) {
  auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.is_int64() && b.is_int64()) return sign(a.get_int64(), b.get_int64());
  if (a.is_double() && b.is_double()) return sign(a.get_double(), b.get_double());
  if (!is_finite(a) || !is_finite(b))
    return sign(is_finite(a) ? 0.0 : a.get_double(), is_finite(b) ? 0.0 : b.get_double());
  return compare(number_of(a), number_of(b));
}

namespace {

// parse_json alone would take white space around the number, too.
std::optional<Decimal> long_number(std::string_view text) {
  constexpr std::size_t kFirstLong = 16;  // digits of 2^53
  if (text.size() < kFirstLong || !(text.starts_with('-') || (text[0] >= '0' && text[0] <= '9'))) return std::nullopt;
  auto number = decimal_of(text);
  auto parsed = parse_json(text);
  return parsed && parsed->is_string() ? number : std::nullopt;
}

}  // namespace

Decimal number_of(const json::value& number) {
  if (!number.is_string()) return decimal_of(number);
  return long_number(number.get_string()).value_or(Decimal{});
}

bool is_long_number(const json::value& value) {
  return value.is_string() && long_number(value.get_string()).has_value();
}

bool takes_numbers(const json::object& schema) {
  auto is_of_numbers = [](const json::value& name) { return name == "number" || name == "integer"; };
  const json::value* type = schema.if_contains("type");
  if (!type) return true;
  if (const json::array* names = type->if_array()) return std::ranges::any_of(*names, is_of_numbers);
  return is_of_numbers(*type);
}

bool same_long_number(const json::value& a, const json::value& b) {
  bool a_is_long = is_long_number(a), b_is_long = is_long_number(b);
  bool are_numbers = (a_is_long || a.is_number()) && (b_is_long || b.is_number());
  return are_numbers && (a_is_long || b_is_long) && compare_numbers(a, b) == 0;
}

std::string comparable(const json::value& value) {
  std::string text;
  append_json(text, value, Members::sorted, NotFinite::words);
  return text;
}

std::string shown(const json::value& value) {
  std::string text = comparable(value);
  std::string_view head = clip(text, 120);
  return head.size() == text.size() ? text : std::string(head) + "...";
}

std::string type_names(const json::value& type) {
  if (type.is_string()) return std::string(std::string_view(type.get_string()));
  std::string names;
  for (const auto& name : type.get_array()) {
    if (!name.is_string()) continue;
    if (!names.empty()) names += " or ";
    names += std::string_view(name.get_string());
  }
  return names;
}

const json::array* array_keyword(const json::object& schema, std::string_view name) {
  const json::value* value = schema.if_contains(name);
  return value ? value->if_array() : nullptr;
}

const json::object* object_keyword(const json::object& schema, std::string_view name) {
  const json::value* value = schema.if_contains(name);
  return value ? value->if_object() : nullptr;
}

const json::value* number_keyword(const json::object& schema, std::string_view name) {
  const json::value* value = schema.if_contains(name);
  return value && value->is_number() ? value : nullptr;
}

const json::value* bound_keyword(const json::object& schema, std::string_view name) {
  const json::value* value = schema.if_contains(name);
  return value && (value->is_number() || is_long_number(*value)) ? value : nullptr;
}

bool under(const json::object& schema, std::string_view name, std::size_t count) {
  const json::value* limit = number_keyword(schema, name);
  return limit && static_cast<double>(count) < limit->to_number<double>();
}

bool over(const json::object& schema, std::string_view name, std::size_t count) {
  const json::value* limit = number_keyword(schema, name);
  return limit && static_cast<double>(count) > limit->to_number<double>();
}

}  // namespace executus::json_schema
