#include "llm/tool_schema/lowering.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <executus/base/json.hpp>

#include "base/among.hpp"
#include "base/ascii.hpp"
#include "base/json_schema/keywords.hpp"
#include "base/json_schema/ref.hpp"
#include "llm/tool_schema/older_drafts.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

constexpr int kDeepestSchema = 64;
constexpr int kMostSchemas = 5000;

// Words for people and for programs other than a model's.
bool is_left_out(std::string_view keyword) {
  constexpr std::array<std::string_view, 9> left_out{"$schema",  "$id",     "id",  "$comment",    "$vocabulary",
                                                     "examples", "example", "xml", "externalDocs"};
  return is_among(keyword, left_out) || is_extension(keyword);
}

bool says_nothing_of_values(std::string_view keyword) {
  const auto* known = keyword_of(keyword);
  return !known || known->use == KeywordUse::note;
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         std::ranges::all_of(name, [](char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '.' || c == '-'; });
}

// What is left of a schema that cannot be said: its words for the model.
json::object described(const json::value* schema) {
  json::object words;
  const auto* object = schema ? schema->if_object() : nullptr;
  if (!object) return words;
  for (std::string_view name : {"title", "description"})
    if (const auto* text = object->if_contains(name); text && text->is_string()) words[name] = *text;
  return words;
}

void add_words(json::object& schema, std::string_view words) {
  std::string text;
  if (const auto* found = schema.if_contains("description"); found && found->is_string()) text = found->get_string();
  schema["description"] = text + (text.empty() ? "" : "\n") + std::string(words);
}

bool may_be_of_type(const json::object& schema, std::string_view name) {
  const auto* type = schema.if_contains("type");
  const auto* names = type ? type->if_array() : nullptr;
  return type &&
         (*type == json::value(name) || (names && std::ranges::find(*names, json::value(name)) != names->end()));
}

}  // namespace

bool Lowering::takes(std::string_view name) const {
  if (rules_.refs == ToolSchemaRules::Refs::inlined &&
      is_among(name, std::array<std::string_view, 4>{"$ref", "$defs", "definitions", "$anchor"}))
    return false;
  return rules_.keywords.empty() ? keyword_of(name) != nullptr : is_among(name, rules_.keywords);
}

Lowering::Part Lowering::of(const json::value& schema) {  // NOLINT(misc-no-recursion): kDeepestSchema
  const auto* object = schema.if_object();
  if (!object) return {json::object(), schema != json::value(false)};
  if (depth_ >= kDeepestSchema || ++schemas_ > kMostSchemas) return {described(&schema), object->empty()};
  ++depth_;
  bool is_reference = rules_.refs == ToolSchemaRules::Refs::inlined && object->contains("$ref");
  auto part = is_reference ? inlined(*object) : of_object(in_todays_words(*object));
  --depth_;
  return part;
}

// What stands beside a reference and checks values is left out: the two cannot always be one.
Lowering::Part Lowering::inlined(const json::object& schema) {  // NOLINT(misc-no-recursion): kDeepestSchema
  const auto& ref = schema.at("$ref");
  std::string to = ref.is_string() ? std::string(std::string_view(ref.get_string())) : std::string();
  const auto* target = resolve_ref(root_, to);
  Part part{described(target), false};
  if (target && std::ranges::find(inside_, to) == inside_.end()) {
    inside_.push_back(to);
    part = of(*target);
    inside_.pop_back();
  }
  for (const auto& [name, value] : schema) {
    if (name == "$ref" || is_left_out(name) || !takes(name)) continue;
    if (says_nothing_of_values(name))
      part.schema.as_object()[name] = value;
    else
      part.is_exact = false;
  }
  return part;
}

Lowering::Part Lowering::of_object(const json::object& schema) {  // NOLINT(misc-no-recursion): kDeepestSchema
  Keywords keywords;
  for (const auto& [name, value] : schema)
    if (!is_left_out(name)) take(keywords, name, value);
  drop_what_would_narrow(keywords, schema);
  forget_lost_names(keywords);
  if (may_be_of_type(keywords.kept, "array") && !keywords.kept.contains("items"))
    keywords.kept["items"] = json::object();
  if (!keywords.words.empty()) add_words(keywords.kept, keywords.words);
  return {std::move(keywords.kept), keywords.widened.empty()};
}

void Lowering::drop(Keywords& keywords, std::string_view name) {
  if (keywords.kept.erase(name) != 0) keywords.widened.emplace(name);
}

void Lowering::drop_what_would_narrow(Keywords& keywords, const json::object& schema) {
  auto& [kept, widened, lost_names, words] = keywords;
  // Where the schema within is wider, these take less.
  if (widened.contains("not")) drop(keywords, "not");
  if (widened.contains("contains")) drop(keywords, "maxContains");
  if (widened.contains("if"))
    for (std::string_view name : {"if", "then", "else"}) drop(keywords, name);
  if (widened.contains("oneOf") && kept.contains("oneOf")) {
    if (!kept.contains("anyOf")) kept["anyOf"] = kept.at("oneOf");
    kept.erase("oneOf");
  }
  // These are asked about what the others leave.
  bool lost_patterns = widened.contains("patternProperties") && !kept.contains("patternProperties");
  if (lost_patterns || !lost_names.empty()) drop(keywords, "additionalProperties");
  if (schema.contains("prefixItems") && !kept.contains("prefixItems")) drop(keywords, "items");
  if (!widened.empty())
    for (std::string_view name : {"unevaluatedProperties", "unevaluatedItems"}) drop(keywords, name);
}

void Lowering::forget_lost_names(Keywords& keywords) {
  if (keywords.lost_names.empty()) return;
  std::string list;
  for (const auto& name : keywords.lost_names) list += (list.empty() ? "" : ", ") + write_json(json::value(name));
  keywords.words += "It also takes the properties " + list + ".";
  auto* required = keywords.kept.if_contains("required");
  if (!required || !required->is_array()) return;
  json::array left;
  for (const auto& name : required->get_array())
    if (!name.is_string() || !is_among(name.get_string(), keywords.lost_names)) left.push_back(name);
  *required = std::move(left);
}

// NOLINTNEXTLINE(misc-no-recursion): kDeepestSchema
void Lowering::take(Keywords& keywords, std::string_view name, const json::value& value) {
  const auto* keyword = keyword_of(name);
  if (name == "const" && !takes(name)) return take(keywords, "enum", json::array{value});
  if (!takes(name)) {
    if (!says_nothing_of_values(name)) keywords.widened.emplace(name);
    return;
  }
  switch (keyword ? keyword->value : KeywordValue::anything) {
    case KeywordValue::schema:
    case KeywordValue::schema_or_list:
      return take_schema(keywords, name, value);
    case KeywordValue::schemas:
      return take_list(keywords, name, value.as_array());
    case KeywordValue::named_schemas:
    case KeywordValue::pattern_schemas:
      return take_named(keywords, name, value.as_object());
    case KeywordValue::values:
      return take_values(keywords, name, value.as_array());
    case KeywordValue::reference:
      if (refs_ == RefsMean::perhaps_more) keywords.widened.emplace(name);
      [[fallthrough]];
    default:
      keywords.kept[name] = value;
  }
}

// NOLINTNEXTLINE(misc-no-recursion): kDeepestSchema
void Lowering::take_schema(Keywords& keywords, std::string_view name, const json::value& schema) {
  bool is_flag = schema.is_bool() && (name.starts_with("additional") || name.starts_with("unevaluated"));
  auto part = is_flag ? Part{schema} : of(schema);
  if (!part.is_exact) keywords.widened.emplace(name);
  keywords.kept[name] = std::move(part.schema);
}

// NOLINTNEXTLINE(misc-no-recursion): kDeepestSchema
void Lowering::take_list(Keywords& keywords, std::string_view name, const json::array& schemas) {
  json::array all;
  for (const auto& each : schemas) {
    auto part = of(each);
    if (!part.is_exact) keywords.widened.emplace(name);
    all.push_back(std::move(part.schema));
  }
  keywords.kept[name] = std::move(all);
}

// NOLINTNEXTLINE(misc-no-recursion): kDeepestSchema
void Lowering::take_named(Keywords& keywords, std::string_view name, const json::object& schemas) {
  bool any_name = name != "properties" || rules_.names == ToolSchemaRules::Names::any;
  json::object all;
  for (const auto& [of_whom, schema] : schemas) {
    bool is_lost = !any_name && !is_plain_name(of_whom);
    auto part = is_lost ? Part{nullptr, false} : of(schema);
    if (!part.is_exact) keywords.widened.emplace(name);
    if (is_lost)
      keywords.lost_names.emplace_back(of_whom);
    else
      all[of_whom] = std::move(part.schema);
  }
  keywords.kept[name] = std::move(all);
}

void Lowering::take_values(Keywords& keywords, std::string_view name, const json::array& values) {
  bool all_taken = rules_.choices == ToolSchemaRules::Choices::any ||
                   std::ranges::all_of(values, [](const auto& each) { return each.is_string() || each.is_number(); });
  if (!all_taken || keywords.kept.contains(name)) keywords.widened.emplace(name);
  if (all_taken)
    keywords.kept[name] = values;
  else
    keywords.words += "One of " + write_json(json::value(values)) + ".";
}

}  // namespace executus::llm
