#include "base/json_schema/ref.hpp"

#include <charconv>
#include <string>
#include <system_error>

#include "base/text.hpp"

namespace executus {
namespace {

// The key that one part of a URI fragment pointer means.
std::string decoded_token(std::string_view token) {
  std::string key;
  for (std::size_t i = 0; i < token.size(); ++i) {
    unsigned byte = 0;
    bool escaped = token[i] == '%' && i + 2 < token.size() &&
                   std::from_chars(&token[i + 1], &token[i + 1] + 2, byte, 16).ptr == &token[i + 1] + 2;
    key += escaped ? static_cast<char>(byte) : token[i];
    i += escaped ? 2 : 0;
  }
  std::string plain;
  for (std::size_t i = 0; i < key.size(); ++i) {
    bool escaped = key[i] == '~' && i + 1 < key.size() && (key[i + 1] == '0' || key[i + 1] == '1');
    if (!escaped)
      plain += key[i];
    else
      plain += key[++i] == '0' ? '~' : '/';
  }
  return plain;
}

const boost::json::value* step_into(const boost::json::value& from, const std::string& key) {
  if (const auto* object = from.if_object()) return object->if_contains(key);
  const auto* array = from.if_array();
  std::size_t index = 0;
  auto read = std::from_chars(key.data(), key.data() + key.size(), index);
  bool whole = !key.empty() && read.ec == std::errc() && read.ptr == key.data() + key.size();
  return array && whole ? array->if_contains(index) : nullptr;
}

// The schema in `schema` that has "$anchor": `name`.
const boost::json::value* anchored(const boost::json::value& schema, std::string_view name) {
  if (const auto* array = schema.if_array())
    for (const auto& element : *array)
      if (const auto* found = anchored(element, name)) return found;
  const auto* object = schema.if_object();
  if (!object) return nullptr;
  const auto* anchor = object->if_contains("$anchor");
  if (anchor && anchor->is_string() && anchor->get_string() == name) return &schema;
  for (const auto& member : *object)
    if (member.key() != "enum" && member.key() != "const")
      if (const auto* found = anchored(member.value(), name)) return found;
  return nullptr;
}

}  // namespace

const boost::json::value* resolve_ref(const boost::json::value& root, std::string_view ref) {
  if (ref == "#") return &root;
  if (ref.starts_with("#") && !ref.starts_with("#/")) return anchored(root, decoded_token(ref.substr(1)));
  if (!ref.starts_with("#/")) return nullptr;
  const boost::json::value* at = &root;
  for (std::string_view token : split(ref.substr(2), '/')) {
    at = step_into(*at, decoded_token(token));
    if (!at) return nullptr;
  }
  return at;
}

}  // namespace executus
