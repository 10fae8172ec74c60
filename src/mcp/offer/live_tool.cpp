#include "mcp/offer/live_tool.hpp"

#include <algorithm>

#include "base/among.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

// Keywords that say nothing of which arguments are right, or are compared by themselves.
bool is_compared(std::string_view keyword) {
  constexpr std::string_view kOthers[] = {"properties", "required", "description", "title", "$schema", "type"};
  return !is_among(keyword, kOthers);
}

bool holds(const json::object& one, const json::object& other) {
  return std::ranges::all_of(one, [&](const auto& member) {
    const auto* same = other.if_contains(member.key());
    return !is_compared(member.key()) || (same && *same == member.value());
  });
}

bool has_all(const json::object* properties, const json::object& now) {
  const auto* here = object_in(now, "properties");
  return !properties || std::ranges::all_of(*properties, [&](const auto& member) {
    const auto* same = here ? here->if_contains(member.key()) : nullptr;
    return same && *same == member.value();
  });
}

bool demands_no_more(const json::array* required, const json::object& stored) {
  const auto* before = array_in(stored, "required");
  return !required || std::ranges::all_of(*required, [&](const json::value& name) {
    return before && std::ranges::find(*before, name) != before->end();
  });
}

}  // namespace

bool takes_arguments_of(const json::value& now, const json::object& stored) {
  const auto* schema = now.if_object();
  if (!schema) return false;
  return holds(*schema, stored) && holds(stored, *schema) && has_all(object_in(stored, "properties"), *schema) &&
         demands_no_more(array_in(*schema, "required"), stored);
}

}  // namespace executus::mcp
