#include "runtime/schema_sense.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/json_schema/walk.hpp"

namespace executus {
namespace {

namespace json = boost::json;
using Names = std::vector<std::string_view>;

// The keywords of one schema.
using Keywords = std::map<std::string, const json::value*, std::less<>>;

struct Reach {
  std::string_view type;  // the keywords say something of values of this type alone
  Names keywords;
};

const std::array<Reach, 4>& reaches() {
  static const std::array<Reach, 4> all{
      {{"number", {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}},
       {"string", {"minLength", "maxLength", "pattern"}},
       {"array",
        {"items", "prefixItems", "additionalItems", "contains", "minContains", "maxContains", "minItems", "maxItems",
         "uniqueItems", "unevaluatedItems"}},
       {"object",
        {"properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties",
         "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties"}}}};
  return all;
}

bool names_type(const json::value& type, std::string_view name) {
  auto is = [&](const json::value& each) {
    return each == json::value(name) || (name == "number" && each == json::value("integer"));
  };
  return type.is_array() ? std::ranges::any_of(type.get_array(), is) : is(type);
}

// One schema, looked at for itself.
class Doubts {
 public:
  Doubts(std::string at, const Keywords& keywords, std::vector<SchemaFault>& found)
      : at_(std::move(at)), keywords_(keywords), found_(found) {}

  void find() {
    find_out_of_reach();
    find_alone("then", "if");
    find_alone("else", "if");
    for (const char* count : {"minContains", "maxContains"}) find_alone(count, "contains");
    if (has("if") && !has("then") && !has("else")) add("if", "'if' has no effect without 'then' and 'else'");
    for (const auto& [least, most] : {std::pair{"minimum", "maximum"}, std::pair{"minLength", "maxLength"},
                                      std::pair{"minItems", "maxItems"}, std::pair{"minProperties", "maxProperties"}})
      find_crossed(least, most);
    find_no_choice();
  }

 private:
  [[nodiscard]] bool has(std::string_view keyword) const { return keywords_.contains(keyword); }
  [[nodiscard]] const json::value& value(std::string_view keyword) const { return *keywords_.find(keyword)->second; }
  void add(std::string_view keyword, const std::string& message) {
    found_.push_back({pointer_to(at_, keyword), "'" + pointer_to(at_, keyword) + "': " + message});
  }

  void find_out_of_reach() {
    if (!has("type")) return;
    for (const auto& reach : reaches())
      for (auto keyword : reach.keywords)
        if (has(keyword) && !names_type(value("type"), reach.type))
          add(keyword, "'" + std::string(keyword) + "' has no effect: it is about values of type " +
                           std::string(reach.type) + ", and 'type' lets none in");
  }

  void find_alone(std::string_view keyword, std::string_view partner) {
    if (has(keyword) && !has(partner))
      add(keyword, "'" + std::string(keyword) + "' has no effect without '" + std::string(partner) + "'");
  }

  void find_crossed(std::string_view least, std::string_view most) {
    if (!has(least) || !has(most) || !value(least).is_number() || !value(most).is_number()) return;
    if (value(least).to_number<double>() > value(most).to_number<double>())
      add(least, "no value fits: '" + std::string(least) + "' is above '" + std::string(most) + "'");
  }

  // What is to be one of none, or one of values that 'type' keeps out.
  void find_no_choice() {
    for (const char* keyword : {"enum", "anyOf", "oneOf"})
      if (has(keyword) && value(keyword).is_array() && value(keyword).get_array().empty())
        return add(keyword, "no value fits an empty list");
    if (!has("type") || !has("enum") || !value("enum").is_array()) return;
    json::object type_alone{{"type", value("type")}};
    if (has("nullable")) type_alone["nullable"] = value("nullable");
    auto fits = [&](const json::value& choice) { return validate(type_alone, choice).empty(); };
    if (std::ranges::none_of(value("enum").get_array(), fits))
      add("enum", "no value fits: 'type' lets none of these in");
  }

  const std::string at_;
  const Keywords& keywords_;
  std::vector<SchemaFault>& found_;
};

}  // namespace

std::vector<SchemaFault> doubts_about(const json::object& schema) {
  std::map<std::string, Keywords> schemas;
  const json::value root(schema);
  for_each_keyword(root, "", [&](std::string_view name, const json::value& value, const std::string& at) {
    schemas[at.substr(0, at.rfind('/'))].emplace(name, &value);
  });
  std::vector<SchemaFault> found;
  for (const auto& [at, keywords] : schemas) Doubts(at, keywords, found).find();
  return found;
}

}  // namespace executus
