// Whether a value is one of a few.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <ranges>

namespace executus {

// A text of any type may be looked for among string_views.
template <class Value, class List>
[[nodiscard]] constexpr bool is_among(const Value& value, const List& list) {
  using Element = std::ranges::range_value_t<List>;
  return std::ranges::find(list, static_cast<Element>(value)) != std::ranges::end(list);
}

template <class Value>
[[nodiscard]] constexpr bool is_among(const Value& value, std::initializer_list<Value> list) {
  return std::ranges::find(list, value) != list.end();
}

}  // namespace executus
