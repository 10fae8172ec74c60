#include "llm/answer/told_twice.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

bool is_whole_number(double number, const json::value& whole) {
  constexpr double limit = 9223372036854775808.0;  // 2^63
  if (number != std::floor(number) || number < -limit || number >= 2 * limit) return false;
  return number < limit ? whole == json::value(static_cast<std::int64_t>(number))
                        : whole == json::value(static_cast<std::uint64_t>(number));
}

bool same_number(const json::value& one, const json::value& other) {
  if (one.is_double() == other.is_double()) return one == other;
  return one.is_double() ? is_whole_number(one.get_double(), other) : is_whole_number(other.get_double(), one);
}

bool same_members(const json::object& one, const json::object& other) {
  return one.size() == other.size() && std::ranges::all_of(one, [&](const auto& member) {
           const auto* value = other.if_contains(member.key());
           return value && same_json(member.value(), *value);
         });
}

}  // namespace

bool same_json(const json::value& one, const json::value& other) {
  if (one.is_number() && other.is_number()) return same_number(one, other);
  if (one.is_object() && other.is_object()) return same_members(one.get_object(), other.get_object());
  if (one.is_array() && other.is_array()) return std::ranges::equal(one.get_array(), other.get_array(), same_json);
  return one == other;
}

std::optional<std::string> told_twice(std::string pieces, std::string whole) {
  auto said = trim(pieces), again = trim(whole);
  if (again.empty() || again == said) return pieces;
  return again.starts_with(said) ? std::optional(std::move(whole)) : std::nullopt;
}

// Arguments that are complete cannot go on.
std::optional<std::string> arguments_told_twice(std::string pieces, std::string whole) {
  auto ours = parse_json(pieces), theirs = parse_json(whole);
  if (!ours) return told_twice(std::move(pieces), std::move(whole));
  bool same = trim(whole).empty() || (theirs && same_json(*ours, *theirs));
  return same ? std::optional(std::move(pieces)) : std::nullopt;
}

}  // namespace executus::llm
