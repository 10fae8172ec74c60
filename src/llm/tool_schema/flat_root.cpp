#include "llm/tool_schema/flat_root.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/among.hpp"
#include "base/json_schema/ref.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

constexpr int kDeepestChoice = 16;

// What a schema says of an object at the place of the root.
struct Members {
  json::object properties;
  std::set<std::string> required;
};

// A property that two schemas have may be what either says.
void add_property(json::object& properties, std::string_view name, const json::value& schema) {
  auto [place, is_new] = properties.emplace(name, schema);
  if (is_new || place->value() == schema) return;
  auto* either = place->value().is_object() ? place->value().get_object().if_contains("anyOf") : nullptr;
  if (either && either->is_array() && place->value().get_object().size() == 1)
    either->get_array().push_back(schema);
  else
    place->value() = json::object{{"anyOf", json::array{place->value(), schema}}};
}

class Flattening {
 public:
  explicit Flattening(const json::value& root) : root_(root) {}

  // NOLINTNEXTLINE(misc-no-recursion): kDeepestChoice
  Members of(const json::value& schema, int depth = 0) {
    Members members;
    const auto* object = schema.if_object();
    if (!object || depth == kDeepestChoice) return members;
    own(*object, members);
    if (const auto* ref = object->if_contains("$ref"); ref && ref->is_string())
      if (const auto* target = resolve_ref(root_, ref->get_string())) add_all(members, of(*target, depth + 1));
    for (const auto& each : list_in(*object, "allOf")) add_all(members, of(each, depth + 1));
    add_choice(members, list_in(*object, "anyOf"), depth);
    add_choice(members, list_in(*object, "oneOf"), depth);
    return members;
  }

 private:
  static const json::array& list_in(const json::object& object, std::string_view keyword) {
    static const json::array none;
    const auto* list = object.if_contains(keyword);
    return list && list->is_array() ? list->get_array() : none;
  }

  static void own(const json::object& object, Members& members) {
    const auto* properties = object.if_contains("properties");
    if (properties && properties->is_object()) members.properties = properties->get_object();
    for (const auto& name : list_in(object, "required"))
      if (name.is_string()) members.required.insert(std::string(std::string_view(name.get_string())));
  }

  static void add_all(Members& members, const Members& more) {
    for (const auto& [name, schema] : more.properties) add_property(members.properties, name, schema);
    members.required.insert(more.required.begin(), more.required.end());
  }

  // NOLINTNEXTLINE(misc-no-recursion): kDeepestChoice
  void add_choice(Members& members, const json::array& choices, int depth) {
    std::set<std::string> in_all;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      auto choice = of(choices[i], depth + 1);
      for (const auto& [name, schema] : choice.properties) add_property(members.properties, name, schema);
      if (i == 0) in_all = choice.required;
      std::erase_if(in_all, [&](const std::string& name) { return !choice.required.contains(name); });
    }
    members.required.insert(in_all.begin(), in_all.end());
  }

  const json::value& root_;
};

constexpr std::array<std::string_view, 9> kNotAtTheRoot{
    "$ref", "allOf", "anyOf", "oneOf", "not", "enum", "const", "if", "unevaluatedProperties"};

json::array in_order(const json::object& root, const std::set<std::string>& names) {
  json::array list;
  std::set<std::string> left = names;
  if (const auto* own = root.if_contains("required"); own && own->is_array())
    for (const auto& name : own->get_array())
      if (name.is_string() && left.erase(std::string(std::string_view(name.get_string()))) != 0) list.push_back(name);
  for (const auto& name : left) list.emplace_back(name);
  return list;
}

}  // namespace

json::object flat_root(const json::object& root) {
  json::object flat{{"type", "object"}};
  bool is_plain = std::ranges::none_of(root, [](const auto& member) { return is_among(member.key(), kNotAtTheRoot); });
  for (const auto& [keyword, value] : root)
    if (keyword != "type" && !is_among(keyword, kNotAtTheRoot)) flat[keyword] = value;
  if (!flat.contains("properties")) flat["properties"] = json::object();
  if (is_plain) return flat;
  const json::value whole(root);
  auto members = Flattening(whole).of(whole);
  flat["properties"] = std::move(members.properties);
  if (!members.required.empty()) flat["required"] = in_order(root, members.required);
  return flat;
}

}  // namespace executus::llm
