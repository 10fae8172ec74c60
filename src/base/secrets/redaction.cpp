#include "base/secrets/redaction.hpp"

#include <string_view>

#include <boost/json.hpp>

#include "base/secrets/secret_names.hpp"
#include "base/secrets/secret_parts.hpp"

namespace executus {
namespace {

namespace json = boost::json;

const json::value* name_in_pair(const json::object& object) {
  for (std::string_view key : {"name", "key", "header"})
    if (const auto* name = object.if_contains(key); name && name->is_string()) return name;
  return nullptr;
}

void redact_members(json::object& object) {
  const auto* name = name_in_pair(object);
  bool is_secret_pair = name && variable_names_a_secret(name->get_string());
  for (auto& member : object) {
    if (names_a_secret(member.key()) || (is_secret_pair && member.key() == "value"))
      member.value() = "***";
    else
      redact(member.value());
  }
}

}  // namespace

void redact(json::value& value) {
  if (auto* list = value.if_array())
    for (auto& each : *list) redact(each);
  if (auto* object = value.if_object()) redact_members(*object);
  if (auto* text = value.if_string(); text && carries_secret(*text)) value = "***";
}

}  // namespace executus
