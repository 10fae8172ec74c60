#include <cmath>
#include <limits>
#include <utility>

#include <executus/base/described_read.hpp>
#include <executus/base/error.hpp>
#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus::described {
namespace {

namespace json = boost::json;

Error field_error(const Place& place, const std::string& what) {
  std::string path = place.path();
  return failed("json.field", (path.empty() ? "the value" : "field '" + path + "'") + ": " + what);
}

Error expected(std::string_view expectation, const json::value& found, const Place& place) {
  return field_error(place, "expected " + std::string(expectation) + ", got " + std::string(kind_in_words(found)));
}

Error out_of_range(std::int64_t min, std::uint64_t max, const json::value& found, const Place& place) {
  return field_error(place, "expected an integer from " + std::to_string(min) + " to " + std::to_string(max) +
                                ", got " + canonical_json(found));
}

// A double without a fraction is an integer to JSON Schema, and models do write 3.0.
bool is_whole(const json::value& value) {
  const double* number = value.if_double();
  return number && std::isfinite(*number) && std::trunc(*number) == *number;
}

std::string quoted_list(const std::vector<std::string_view>& names) {
  std::string list;
  for (std::string_view name : names) list += (list.empty() ? "'" : ", '") + std::string(name) + "'";
  return list;
}

}  // namespace

std::string Place::path() const {
  if (!parent_) return {};
  std::string before = parent_->path();
  if (!field_.data()) return before + '[' + std::to_string(index_) + ']';
  return before.empty() ? std::string(field_) : before + '.' + std::string(field_);
}

json::object typed(std::string_view name) { return {{"type", name}}; }

json::object enum_schema(const std::vector<std::string_view>& names) {
  json::object schema = typed("string");
  schema["enum"] = json::array(names.begin(), names.end());
  return schema;
}

json::object nullable(json::object schema) {
  json::value* type = schema.if_contains("type");
  if (!type) return schema;  // anything goes already
  if (type->is_string()) *type = json::array{*type, "null"};
  json::value* choices = schema.if_contains("enum");
  if (choices) choices->as_array().push_back(nullptr);
  return schema;
}

void StructSchema::add(std::string_view field, json::object schema, std::string_view description, Presence presence) {
  if (!description.empty()) schema["description"] = description;
  properties_[field] = std::move(schema);
  if (presence == Presence::required) required_.push_back(json::value(field));
}

json::object StructSchema::finish() && {
  json::object schema = typed("object");
  schema["properties"] = std::move(properties_);
  schema["required"] = std::move(required_);
  schema["additionalProperties"] = false;
  return schema;
}

bool read_bool(const json::value& from, const Place& place) {
  if (!from.is_bool()) throw expected("a boolean", from, place);
  return from.get_bool();
}

std::int64_t read_signed(const json::value& from, std::int64_t min, std::int64_t max, const Place& place) {
  std::int64_t number = 0;
  if (from.is_int64()) {
    number = from.get_int64();
  } else if (from.is_uint64()) {
    if (from.get_uint64() > static_cast<std::uint64_t>(max))
      throw out_of_range(min, static_cast<std::uint64_t>(max), from, place);
    number = static_cast<std::int64_t>(from.get_uint64());
  } else if (is_whole(from)) {
    if (from.get_double() < -0x1p63 || from.get_double() >= 0x1p63)
      throw out_of_range(min, static_cast<std::uint64_t>(max), from, place);
    number = static_cast<std::int64_t>(from.get_double());
  } else {
    throw expected("an integer", from, place);
  }
  if (number < min || number > max) throw out_of_range(min, static_cast<std::uint64_t>(max), from, place);
  return number;
}

std::uint64_t read_unsigned(const json::value& from, std::uint64_t max, const Place& place) {
  std::uint64_t number = 0;
  if (from.is_uint64()) {
    number = from.get_uint64();
  } else if (from.is_int64()) {
    if (from.get_int64() < 0) throw out_of_range(0, max, from, place);
    number = static_cast<std::uint64_t>(from.get_int64());
  } else if (is_whole(from)) {
    if (from.get_double() < 0 || from.get_double() >= 0x1p64) throw out_of_range(0, max, from, place);
    number = static_cast<std::uint64_t>(from.get_double());
  } else {
    throw expected("an integer", from, place);
  }
  if (number > max) throw out_of_range(0, max, from, place);
  return number;
}

double read_number(const json::value& from, double max, const Place& place) {
  if (!from.is_number()) throw expected("a number", from, place);
  auto number = from.to_number<double>();
  if (std::abs(number) > max)
    throw field_error(place, "expected a number from " + canonical_json(-max) + " to " + canonical_json(max) +
                                 ", got " + canonical_json(from));
  return number;
}

std::string read_string(const json::value& from, const Place& place) {
  if (!from.is_string()) throw expected("a string", from, place);
  return std::string(std::string_view(from.get_string()));
}

std::size_t read_choice(const json::value& from, const std::vector<std::string_view>& names, const Place& place) {
  if (!from.is_string()) throw expected("one of " + quoted_list(names), from, place);
  std::string_view word = from.get_string();
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == word) return i;
  throw field_error(place, "expected one of " + quoted_list(names) + ", got '" + std::string(clip(word, 80)) + "'");
}

const json::array& read_array(const json::value& from, const Place& place) {
  if (!from.is_array()) throw expected("an array", from, place);
  return from.get_array();
}

const json::object& read_object(const json::value& from, const std::vector<std::string_view>& fields,
                                const Place& place) {
  if (!from.is_object()) throw expected("an object", from, place);
  for (const auto& member : from.get_object()) {
    std::string_view key = member.key();
    bool known = false;
    for (std::string_view field : fields) known = known || field == key;
    if (!known) throw field_error(place[clip(key, 80)], "unknown field" + did_you_mean(key, fields));
  }
  return from.get_object();
}

void throw_missing(std::string_view field, const Place& place) {
  throw field_error(place[field], "missing; it is required");
}

double finite(double value) {
  if (!std::isfinite(value))
    throw failed("json.not_finite", "writing JSON failed: NaN and infinity are no JSON numbers");
  return value;
}

}  // namespace executus::described
