#include "runtime/schemas/whole_schema.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/json_schema/ref.hpp"

namespace executus {
namespace {

namespace json = boost::json;

void add_parts(const json::value& root, const json::value& schema, std::vector<const json::object*>& parts) {
  const auto* part = schema.if_object();
  if (!part || std::ranges::find(parts, part) != parts.end()) return;
  parts.push_back(part);
  const auto* ref = part->if_contains("$ref");
  if (const auto* target = ref && ref->is_string() ? resolve_ref(root, ref->get_string()) : nullptr)
    add_parts(root, *target, parts);
  const auto* all = part->if_contains("allOf");
  if (!all || !all->is_array()) return;
  for (const auto& each : all->get_array()) add_parts(root, each, parts);
}

}  // namespace

std::vector<const json::object*> parts_of_whole(const json::value& root) {
  std::vector<const json::object*> parts;
  add_parts(root, root, parts);
  return parts;
}

}  // namespace executus
