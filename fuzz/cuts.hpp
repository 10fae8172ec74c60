// The ways in which bytes may arrive: all at once, one by one, and in pieces of lengths that depend on the bytes
// alone, so that a finding can be repeated.
#pragma once

#include <algorithm>
#include <functional>
#include <string_view>
#include <vector>

#include <executus/base/random.hpp>

namespace executus::fuzz {

using Pieces = std::vector<std::string_view>;

[[nodiscard]] inline Pieces one_by_one(std::string_view bytes) {
  Pieces pieces;
  for (std::size_t i = 0; i < bytes.size(); ++i) pieces.push_back(bytes.substr(i, 1));
  return pieces;
}

// Of 0 to 31 bytes each.
[[nodiscard]] inline Pieces irregular(std::string_view bytes) {
  auto random = seeded_random(std::hash<std::string_view>{}(bytes));
  Pieces pieces;
  while (!bytes.empty()) {
    auto length = std::min<std::size_t>(random->next() % 32, bytes.size());
    pieces.push_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return pieces;
}

// Calls `check` with every way but the first, which is what they are compared with.
template <class Check>
void for_each_cut(std::string_view bytes, Check check) {
  check(one_by_one(bytes));
  check(irregular(bytes));
}

}  // namespace executus::fuzz
