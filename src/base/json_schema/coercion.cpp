#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include <executus/base/coercion.hpp>
#include <executus/base/json.hpp>

#include "base/json_schema/ref.hpp"
#include "base/json_schema/validation.hpp"
#include "base/json_schema/values.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

namespace json = boost::json;
using namespace json_schema;

constexpr int kMaxNesting = 64;
constexpr int kMaxReadings = 1'000;  // of parts of one value

std::vector<std::string_view> types_of(const json::object& schema) {
  std::vector<std::string_view> types;
  const auto* type = schema.if_contains("type");
  if (!type) return types;
  if (const auto* name = type->if_string()) types.push_back(*name);
  if (const auto* list = type->if_array())
    for (const auto& name : *list)
      if (name.is_string()) types.push_back(name.get_string());
  return types;
}

// The value that a text is, as JSON; nothing: it is none.
std::optional<json::value> read_as_json(const json::value& value) {
  const auto* text = value.if_string();
  auto read = text ? parse_json(*text) : failed("json", "");
  return read.ok() ? std::optional(std::move(*read)) : std::nullopt;
}

bool requires_member(const json::object& schema, std::string_view name) {
  const auto* required = array_keyword(schema, "required");
  return required && std::ranges::any_of(*required, [&](const auto& entry) {
           return entry.is_string() && std::string_view(entry.get_string()) == name;
         });
}

// A text that is empty, or was meant to be a list or an object, is not the one item of a list.
bool is_no_item(const json::value& value) {
  const auto* text = value.if_string();
  if (!text) return false;
  auto trimmed = trim(std::string_view(*text));
  return trimmed.empty() || trimmed.starts_with('[') || trimmed.starts_with('{');
}

void add_other(std::vector<json::value>& readings, json::value reading) {
  if (std::ranges::find(readings, reading) == readings.end()) readings.push_back(std::move(reading));
}

// One walk over a schema and a value. All its checks share one Validation, and so its bounds.
class Coercion {
 public:
  explicit Coercion(const json::value& root) : root_(root), validation_(root) {}

  json::value read(const json::value& schema, json::value value) {
    const auto* keywords = schema.if_object();
    if (!keywords || nesting_ >= kMaxNesting || is_exhausted() || fits(schema, value)) return value;
    ++nesting_, ++readings_;
    value = by_reference(*keywords, std::move(value));
    value = by_type(*keywords, std::move(value));
    read_parts(*keywords, value);
    for (auto keyword : {"anyOf", "oneOf"}) value = by_alternatives(*keywords, keyword, std::move(value));
    --nesting_;
    return value;
  }

 private:
  [[nodiscard]] bool is_exhausted() const { return readings_ >= kMaxReadings || validation_.exhausted(); }
  bool fits(const json::value& schema, const json::value& value) {
    std::vector<std::string> findings;
    validation_.check(schema, value, "", findings);
    return findings.empty() && !validation_.exhausted();
  }

  json::value by_reference(const json::object& schema, json::value value) {
    const auto* ref = schema.if_contains("$ref");
    const auto* target = ref && ref->is_string() ? resolve_ref(root_, ref->get_string()) : nullptr;
    if (target) value = read(*target, std::move(value));
    if (const auto* all = array_keyword(schema, "allOf"))
      for (const auto& part : *all) value = read(part, std::move(value));
    return value;
  }

  // The one type that the value can be read as; as it is where there are several, or it has one of them already.
  json::value by_type(const json::object& schema, json::value value) {
    auto types = types_of(schema);
    if (std::ranges::any_of(types, [&](auto type) { return fits_type(type, value); })) return value;
    std::vector<json::value> readings;
    for (auto type : types)
      if (auto reading = as_type(type, schema, value)) add_other(readings, std::move(*reading));
    return readings.size() == 1 ? std::move(readings.front()) : value;
  }

  std::optional<json::value> as_type(std::string_view type, const json::object& schema, const json::value& value) {
    if (type == "string" || type == "null" || value.is_null()) return std::nullopt;
    auto said = read_as_json(value);
    if (said && fits_type(type, *said)) {
      read_parts(schema, *said);
      if (fits(schema, *said)) return said;
    }
    if (type != "array" || is_no_item(value)) return std::nullopt;
    json::value alone = json::array{value};
    read_parts(schema, alone);
    return fits(schema, alone) ? std::optional(std::move(alone)) : std::nullopt;
  }

  void read_parts(const json::object& schema, json::value& value) {
    if (auto* object = value.if_object()) read_members(schema, *object);
    if (auto* list = value.if_array()) read_items(schema, *list);
  }

  void read_members(const json::object& schema, json::object& object) {
    const auto* properties = object_keyword(schema, "properties");
    const auto* others = schema.if_contains("additionalProperties");
    std::vector<std::string> to_leave_out;
    for (auto& [name, member] : object) {
      const auto* known = properties ? properties->if_contains(name) : nullptr;
      if (known && member.is_null() && !requires_member(schema, name) && !fits(*known, member))
        to_leave_out.emplace_back(name);
      else if (const auto* part = known ? known : others)
        member = read(*part, std::move(member));
    }
    for (const auto& name : to_leave_out) object.erase(name);
  }

  void read_items(const json::object& schema, json::array& list) {
    const auto* first = array_keyword(schema, "prefixItems");
    const auto* items = schema.if_contains("items");
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto* part = first && i < first->size() ? &(*first)[i] : items;
      if (part) list[i] = read(*part, std::move(list[i]));
    }
  }

  json::value by_alternatives(const json::object& schema, std::string_view keyword, json::value value) {
    const auto* alternatives = array_keyword(schema, keyword);
    if (!alternatives || std::ranges::any_of(*alternatives, [&](const auto& part) { return fits(part, value); }))
      return value;
    std::vector<json::value> readings;
    for (const auto& part : *alternatives) {
      auto reading = read(part, value);
      if (fits(part, reading)) add_other(readings, std::move(reading));
    }
    return readings.size() == 1 ? std::move(readings.front()) : value;
  }

  const json::value& root_;
  Validation validation_;
  int nesting_ = 0;
  int readings_ = 0;
};

}  // namespace

json::value coerced(const json::value& schema, json::value instance) {
  return Coercion(schema).read(schema, std::move(instance));
}

}  // namespace executus
