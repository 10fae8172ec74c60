// Members of JSON objects that others wrote, read leniently: of another kind is as good as absent.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace executus::mcp {

[[nodiscard]] inline std::optional<std::int64_t> whole_number(const boost::json::value& json) {
  if (const auto* integer = json.if_int64()) return *integer;
  const auto* number = json.if_double();
  constexpr double kExact = 9007199254740992.0;
  if (!number || !(std::abs(*number) <= kExact) || std::trunc(*number) != *number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

[[nodiscard]] inline const boost::json::string* text_in(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_string() : nullptr;
}
[[nodiscard]] inline std::string text_or(const boost::json::object& object, std::string_view key,
                                         std::string_view otherwise = {}) {
  const auto* text = text_in(object, key);
  return std::string(text ? std::string_view(*text) : otherwise);
}
[[nodiscard]] inline const boost::json::object* object_in(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_object() : nullptr;
}
[[nodiscard]] inline const boost::json::array* array_in(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? value->if_array() : nullptr;
}
[[nodiscard]] inline std::optional<std::int64_t> integer_in(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value ? whole_number(*value) : std::nullopt;
}
[[nodiscard]] inline bool is_true(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_bool() && value->get_bool();
}

}  // namespace executus::mcp
