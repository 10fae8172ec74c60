// Values of enums by the names that to_string() gives them. The switch in to_string() is the only table: the compiler
// refuses one that lacks a value.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

namespace executus {

// The one of `values` that to_string() calls `name`.
template <class Enum>
[[nodiscard]] std::optional<Enum> find_named(std::string_view name, std::initializer_list<Enum> values) {
  for (Enum value : values)
    if (to_string(value) == name) return value;
  return std::nullopt;
}

}  // namespace executus
