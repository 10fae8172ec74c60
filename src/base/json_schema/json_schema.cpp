#include <algorithm>
#include <utility>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/json_schema/ref.hpp"
#include "base/json_schema/validation.hpp"
#include "base/json_schema/values.hpp"

namespace executus {
namespace json_schema {
namespace {

namespace json = boost::json;

constexpr std::size_t max_steps = 500'000;    // schemas of other people's servers can multiply through $ref
constexpr std::size_t max_looks = 2'000'000;  // at members and items of values: some tenths of a second
constexpr int max_schema_nesting = 256;

// Anywhere: references lead to schemas that stand below no keyword, too.
bool mentions_unevaluated(const json::value& json) {
  if (const auto* list = json.if_array()) return std::ranges::any_of(*list, mentions_unevaluated);
  const auto* object = json.if_object();
  return object && std::ranges::any_of(*object, [](const auto& member) {
           return member.key().starts_with("unevaluated") || mentions_unevaluated(member.value());
         });
}

}  // namespace

Validation::Validation(const json::value& root) : root_(root), tracks_(mentions_unevaluated(root)) {}

void Validation::check(const json::value& schema, const json::value& value, const std::string& path, Findings& findings,
                       Evaluated& evaluated) {
  if (!enter()) return;
  ++nesting_;
  if (const bool* all = schema.if_bool(); all && !*all) add(findings, path, "nothing is allowed here");
  if (const json::object* keywords = schema.if_object()) {
    Evaluated inside;  // its unevaluated... asks of its own keywords alone, not of what stands beside or above it
    check_keywords(*keywords, value, path, findings, inside);
    look(evaluated.add(std::move(inside)));
  }
  --nesting_;
}

// Whether there is work left to spend on one more subschema.
bool Validation::enter() {
  exhausted_ = exhausted_ || ++steps_ > max_steps || nesting_ >= max_schema_nesting;
  return !exhausted_;
}

// Whether there is work left to spend on looking at so many more parts of a value.
bool Validation::look(std::size_t parts) {
  looks_ += parts;
  exhausted_ = exhausted_ || looks_ > max_looks;
  return !exhausted_;
}

void Validation::check_keywords(const json::object& schema, const json::value& value, const std::string& path,
                                Findings& findings, Evaluated& evaluated) {
  std::size_t before = findings.size();
  check_type(schema, value, path, findings);
  if (findings.size() > before) return;  // the rest would only repeat it
  check_choices(schema, value, path, findings);
  if (value.is_number() || (takes_numbers(schema) && is_long_number(value)))
    check_number(schema, value, path, findings);
  if (value.is_string()) check_string(schema, value, path, findings);
  if (value.is_array()) check_array(schema, value, path, findings, evaluated);
  if (value.is_object()) check_object(schema, value, path, findings, evaluated);
  check_combined(schema, value, path, findings, evaluated);
  check_condition(schema, value, path, findings, evaluated);
  check_ref(schema, value, path, findings, evaluated);
  if (tracks_) check_rest(schema, value, path, findings, evaluated);
}

// What fits not has evaluated nothing.
bool Validation::fits(const json::value& schema, const json::value& value, const std::string& path, Findings& why,
                      Evaluated& evaluated) {
  Evaluated inside;
  check(schema, value, path, why, inside);
  if (why.empty()) look(evaluated.add(std::move(inside)));
  return why.empty();
}

void Validation::check_ref(const json::object& schema, const json::value& value, const std::string& path,
                           Findings& findings, Evaluated& evaluated) {
  const json::value* ref = schema.if_contains("$ref");
  const json::value* target = ref && ref->is_string() ? target_of(ref->get_string()) : nullptr;
  if (!target) return;
  std::pair<const json::value*, const json::value*> visit{target, &value};
  if (std::find(open_refs_.begin(), open_refs_.end(), visit) != open_refs_.end()) return;  // a circle says nothing
  open_refs_.push_back(visit);
  check(*target, value, path, findings, evaluated);
  open_refs_.pop_back();
}

// unevaluatedProperties and unevaluatedItems: the last word about what none of the other keywords looked at.
void Validation::check_rest(const json::object& schema, const json::value& value, const std::string& path,
                            Findings& findings, Evaluated& evaluated) {
  if (const json::value* others = schema.if_contains("unevaluatedProperties"); others && value.is_object())
    for (const auto& member : value.get_object()) {
      if (!look()) return;
      if (evaluated.names.insert(member.key()).second)
        check(*others, member.value(), pointer_to(path, member.key()), findings);
    }
  if (const json::value* others = schema.if_contains("unevaluatedItems"); others && value.is_array())
    for (std::size_t i = 0; i < value.get_array().size() && look(); ++i)
      if (evaluated.items.insert(i).second) check(*others, value.get_array()[i], pointer_to(path, i), findings);
}

const json::value* Validation::target_of(std::string_view ref) {
  auto known = refs_.find(ref);
  if (known == refs_.end()) known = refs_.emplace(std::string(ref), resolve_ref(root_, ref)).first;
  return known->second;
}

const Pattern& Validation::pattern(std::string_view text) {
  auto found = patterns_.find(text);
  if (found == patterns_.end()) found = patterns_.emplace(std::string(text), Pattern(text)).first;
  return found->second;
}

}  // namespace json_schema

std::vector<std::string> validate(const boost::json::value& schema, const boost::json::value& instance) {
  std::vector<std::string> findings;
  json_schema::Validation validation(schema);
  validation.check(schema, instance, "", findings);
  if (validation.exhausted()) findings = {"the value: the schema is too deep or takes too long to check it with"};
  return findings;
}

}  // namespace executus
