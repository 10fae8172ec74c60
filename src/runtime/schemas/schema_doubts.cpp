#include "runtime/schemas/schema_doubts.hpp"

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

// Two keywords that leave nothing of a kind of values when the first is above the second.
struct Range {
  std::string_view type, kind, least, most;
};

constexpr std::array<Range, 4> kRanges{{{"number", "number", "minimum", "maximum"},
                                        {"string", "text", "minLength", "maxLength"},
                                        {"array", "list", "minItems", "maxItems"},
                                        {"object", "object", "minProperties", "maxProperties"}}};

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

// Finds what is doubtful in the keywords of one schema; the schemas inside it are looked at apart.
class Doubts {
 public:
  // `evaluates`: what an 'if' has looked at counts, though nothing follows from it.
  Doubts(std::string at, const Keywords& keywords, bool evaluates, std::vector<SchemaFault>& found)
      : at_(std::move(at)), keywords_(keywords), evaluates_(evaluates), found_(found) {}

  void find() {
    find_out_of_reach();
    find_alone("then", "if");
    find_alone("else", "if");
    for (const char* count : {"minContains", "maxContains"}) find_alone(count, "contains");
    if (has("if") && !has("then") && !has("else") && !evaluates_)
      add("if", "'if' has no effect without 'then' and 'else'");
    for (const auto& range : kRanges) find_crossed(range);
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

  void find_crossed(const Range& range) {
    if (!has(range.least) || !has(range.most)) return;
    if (has("type") && !names_type(value("type"), range.type)) return;  // said to have no effect
    const auto &least = value(range.least), &most = value(range.most);
    if (!least.is_number() || !most.is_number() || least.to_number<double>() <= most.to_number<double>()) return;
    add(range.least, "no " + std::string(range.kind) + " fits: '" + std::string(range.least) + "' is above '" +
                         std::string(range.most) + "'");
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
  const bool evaluates_;
  std::vector<SchemaFault>& found_;
};

}  // namespace

std::vector<SchemaFault> doubts_about(const json::object& schema) {
  std::map<std::string, Keywords> schemas;
  const json::value root(schema);
  for_each_keyword(root, "", [&](std::string_view name, const json::value& value, const std::string& at) {
    schemas[at.substr(0, at.rfind('/'))].emplace(name, &value);
  });
  bool evaluates = std::ranges::any_of(schemas, [](const auto& each) {
    return each.second.contains("unevaluatedProperties") || each.second.contains("unevaluatedItems");
  });
  std::vector<SchemaFault> found;
  for (const auto& [at, keywords] : schemas) Doubts(at, keywords, evaluates, found).find();
  return found;
}

}  // namespace executus
