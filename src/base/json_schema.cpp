#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/decimal.hpp"
#include "base/json_schema_ref.hpp"
#include "base/json_schema_walk.hpp"
#include "base/json_write.hpp"
#include "base/pattern.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

namespace json = boost::json;

constexpr std::size_t max_findings = 20;
constexpr std::size_t max_steps = 500'000;  // schemas of other people's servers can multiply through $ref
constexpr int max_schema_nesting = 256;

bool fits_type(std::string_view type, const json::value& value) {
  if (type == "integer") {
    const double* number = value.if_double();
    return value.is_int64() || value.is_uint64() || (number && std::trunc(*number) == *number);
  }
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  return true;  // no type of the standard: check_schema says so
}

// Hosts may ask about numbers that JSON cannot say.
bool is_finite(const json::value& number) { return !number.is_double() || std::isfinite(number.get_double()); }

// -1, 0 or 1; exact.
int compare_numbers(const json::value& a, const json::value& b) {
  auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.is_int64() && b.is_int64()) return sign(a.get_int64(), b.get_int64());
  if ((a.is_double() && b.is_double()) || !is_finite(a) || !is_finite(b))
    return sign(a.to_number<double>(), b.to_number<double>());
  return compare(decimal_of(a), decimal_of(b));
}

// What an integer that fits no 64 bits has become (parse_json).
bool is_long_integer(const json::value& value) {
  if (!value.is_string()) return false;
  std::string_view digits = value.get_string();
  if (digits.starts_with('-')) digits.remove_prefix(1);
  return digits.size() > 18 && digits.find_first_not_of("0123456789") == std::string_view::npos;
}

// The same text for equal values: 1 and 1.0, members in any order.
std::string comparable(const json::value& value) {
  std::string text;
  append_json(text, value, Members::sorted, NotFinite::words);
  return text;
}

// A short rendering of a value of the schema, for a message.
std::string shown(const json::value& value) {
  std::string text = comparable(value);
  std::string_view head = clip(text, 120);
  return head.size() == text.size() ? text : std::string(head) + "...";
}

std::string type_names(const json::value& type) {
  if (type.is_string()) return std::string(std::string_view(type.get_string()));
  std::string names;
  for (const auto& name : type.get_array()) {
    if (!name.is_string()) continue;
    if (!names.empty()) names += " or ";
    names += std::string_view(name.get_string());
  }
  return names;
}

// The parts of a value that its schemas have looked at, for unevaluatedProperties and unevaluatedItems.
struct Evaluated {
  std::set<std::string_view> names;
  std::set<std::size_t> items;

  void add(const Evaluated& other) {
    names.insert(other.names.begin(), other.names.end());
    items.insert(other.items.begin(), other.items.end());
  }
};

bool mentions_unevaluated(const json::value& schema) {
  bool found = false;
  for_each_keyword(schema, "", [&](std::string_view name, const json::value&, const std::string&) {
    found = found || name.starts_with("unevaluated");
  });
  return found;
}

class Validation {
 public:
  explicit Validation(const json::value& root) : root_(root), tracks_(mentions_unevaluated(root)) {}

  // Adds what is wrong with `value`, which is at `path`, to `findings`.
  void check(const json::value& schema, const json::value& value, const std::string& path,
             std::vector<std::string>& findings) {
    Evaluated evaluated;
    check(schema, value, path, findings, evaluated);
  }

  // Whether the work was cut off: what was found is not all.
  [[nodiscard]] bool exhausted() const { return exhausted_; }

 private:
  using Findings = std::vector<std::string>;

  bool enter();
  // `evaluated` collects what these look at in `value`.
  void check(const json::value& schema, const json::value& value, const std::string& path, Findings& findings,
             Evaluated& evaluated);
  void check_keywords(const json::object& schema, const json::value& value, const std::string& path, Findings& findings,
                      Evaluated& evaluated);
  void check_type(const json::object& schema, const json::value& value, const std::string& path, Findings& findings);
  void check_choices(const json::object& schema, const json::value& value, const std::string& path, Findings& findings);
  void check_number(const json::object& schema, const json::value& value, const std::string& path, Findings& findings);
  void check_string(const json::object& schema, const json::value& value, const std::string& path, Findings& findings);
  void check_array(const json::object& schema, const json::value& value, const std::string& path, Findings& findings,
                   Evaluated& evaluated);
  void check_items(const json::object& schema, const json::array& list, const std::string& path, Findings& findings,
                   Evaluated& evaluated);
  void check_unique(const json::object& schema, const json::array& list, const std::string& path, Findings& findings);
  void check_contains(const json::object& schema, const json::array& list, const std::string& path, Findings& findings,
                      Evaluated& evaluated);
  void check_object(const json::object& schema, const json::value& value, const std::string& path, Findings& findings,
                    Evaluated& evaluated);
  void check_names(const json::object& schema, const json::object& object, const std::string& path, Findings& findings);
  void check_member(const json::object& schema, const json::key_value_pair& member, const std::string& path,
                    Findings& findings, Evaluated& evaluated);
  void check_dependent(const json::object& schema, const json::value& value, const std::string& path,
                       Findings& findings, Evaluated& evaluated);
  void check_alternatives(const json::object& schema, std::string_view keyword, const json::value& value,
                          const std::string& path, Findings& findings, Evaluated& evaluated);
  void check_combined(const json::object& schema, const json::value& value, const std::string& path, Findings& findings,
                      Evaluated& evaluated);
  void check_condition(const json::object& schema, const json::value& value, const std::string& path,
                       Findings& findings, Evaluated& evaluated);
  void check_ref(const json::object& schema, const json::value& value, const std::string& path, Findings& findings,
                 Evaluated& evaluated);
  void check_rest(const json::object& schema, const json::value& value, const std::string& path, Findings& findings,
                  Evaluated& evaluated);
  bool fits(const json::value& schema, const json::value& value, const std::string& path, Findings& why,
            Evaluated& evaluated);
  bool fits(const json::value& schema, const json::value& value, const std::string& path) {
    Findings why;
    Evaluated evaluated;
    return fits(schema, value, path, why, evaluated);
  }
  const json::value* target_of(std::string_view ref);
  const Pattern& pattern(std::string_view text);

  static void add(Findings& findings, const std::string& path, const std::string& what) {
    if (findings.size() < max_findings)
      findings.push_back((path.empty() ? "the value" : "'" + path + "'") + ": " + what);
  }

  const json::value& root_;
  bool tracks_;  // whether what is evaluated matters
  std::size_t steps_ = 0;
  int nesting_ = 0;
  bool exhausted_ = false;
  std::vector<std::pair<const json::value*, const json::value*>> open_refs_;
  std::map<std::string, Pattern, std::less<>> patterns_;
  std::map<std::string, const json::value*, std::less<>> refs_;
};

// A keyword's value when it is there and of the kind the standard asks for.
const json::array* array_keyword(const json::object& schema, std::string_view name) {
  const json::value* value = schema.if_contains(name);
  return value ? value->if_array() : nullptr;
}

const json::object* object_keyword(const json::object& schema, std::string_view name) {
  const json::value* value = schema.if_contains(name);
  return value ? value->if_object() : nullptr;
}

const json::value* number_keyword(const json::object& schema, std::string_view name) {
  const json::value* value = schema.if_contains(name);
  return value && value->is_number() ? value : nullptr;
}

// Whether `count` is below the number at `name` (or above, with the sign turned).
bool under(const json::object& schema, std::string_view name, std::size_t count) {
  const json::value* limit = number_keyword(schema, name);
  return limit && static_cast<double>(count) < limit->to_number<double>();
}

bool over(const json::object& schema, std::string_view name, std::size_t count) {
  const json::value* limit = number_keyword(schema, name);
  return limit && static_cast<double>(count) > limit->to_number<double>();
}

void Validation::check(const json::value& schema, const json::value& value, const std::string& path, Findings& findings,
                       Evaluated& evaluated) {
  if (!enter()) return;
  ++nesting_;
  if (const bool* all = schema.if_bool(); all && !*all) add(findings, path, "nothing is allowed here");
  if (const json::object* keywords = schema.if_object()) check_keywords(*keywords, value, path, findings, evaluated);
  --nesting_;
}

// Whether there is work left to spend on one more subschema.
bool Validation::enter() {
  exhausted_ = exhausted_ || ++steps_ > max_steps || nesting_ >= max_schema_nesting;
  return !exhausted_;
}

void Validation::check_keywords(const json::object& schema, const json::value& value, const std::string& path,
                                Findings& findings, Evaluated& evaluated) {
  std::size_t before = findings.size();
  check_type(schema, value, path, findings);
  if (findings.size() > before) return;  // the rest would only repeat it
  check_choices(schema, value, path, findings);
  if (value.is_number()) check_number(schema, value, path, findings);
  if (value.is_string()) check_string(schema, value, path, findings);
  if (value.is_array()) check_array(schema, value, path, findings, evaluated);
  if (value.is_object()) check_object(schema, value, path, findings, evaluated);
  check_combined(schema, value, path, findings, evaluated);
  check_condition(schema, value, path, findings, evaluated);
  check_ref(schema, value, path, findings, evaluated);
  if (tracks_) check_rest(schema, value, path, findings, evaluated);
}

void Validation::check_type(const json::object& schema, const json::value& value, const std::string& path,
                            Findings& findings) {
  const json::value* type = schema.if_contains("type");
  if (!type) return;
  bool fitting = !type->is_string() && !type->is_array();
  if (type->is_string()) fitting = fits_type(type->get_string(), value);
  if (type->is_array())
    for (const auto& name : type->get_array())
      fitting = fitting || !name.is_string() || fits_type(name.get_string(), value);
  const json::value* nullable = schema.if_contains("nullable");  // OpenAPI 3.0: beside a type
  fitting = fitting || (value.is_null() && nullable && nullable->is_bool() && nullable->get_bool());
  if (fitting) return;
  auto got = is_long_integer(value) ? "a string of digits, as integers of more than 64 bits are" : kind_in_words(value);
  add(findings, path, "expected " + type_names(*type) + ", got " + std::string(got));
}

void Validation::check_choices(const json::object& schema, const json::value& value, const std::string& path,
                               Findings& findings) {
  const json::value* constant = schema.if_contains("const");
  const json::array* choices = array_keyword(schema, "enum");
  if (!constant && !choices) return;
  std::string text = comparable(value);
  if (constant && comparable(*constant) != text)
    add(findings, path, "expected " + shown(*constant) + ", got " + shown(value));
  if (!choices) return;
  for (const auto& choice : *choices)
    if (comparable(choice) == text) return;
  add(findings, path, "expected one of " + shown(*choices) + ", got " + shown(value));
}

void Validation::check_number(const json::object& schema, const json::value& value, const std::string& path,
                              Findings& findings) {
  struct Limit {
    std::string_view name, words;
    int wrong, also_wrong;  // results of compare_numbers(value, limit)
  };
  static constexpr Limit limits[] = {{"minimum", "at least ", -1, -1},
                                     {"maximum", "at most ", 1, 1},
                                     {"exclusiveMinimum", "more than ", -1, 0},
                                     {"exclusiveMaximum", "less than ", 1, 0}};
  for (const Limit& limit : limits) {
    const json::value* bound = number_keyword(schema, limit.name);
    if (!bound) continue;
    int order = compare_numbers(value, *bound);
    if (order == limit.wrong || order == limit.also_wrong)
      add(findings, path, "expected " + std::string(limit.words) + shown(*bound) + ", got " + shown(value));
  }
  const json::value* unit = number_keyword(schema, "multipleOf");
  if (!unit || !is_finite(*unit) || unit->to_number<double>() <= 0) return;
  if (!is_finite(value) || !is_multiple(decimal_of(value), decimal_of(*unit)))
    add(findings, path, "expected a multiple of " + shown(*unit) + ", got " + shown(value));
}

void Validation::check_string(const json::object& schema, const json::value& value, const std::string& path,
                              Findings& findings) {
  std::string_view text = value.get_string();
  std::size_t length = count_characters(text);
  std::string got = " characters, got " + std::to_string(length);
  if (under(schema, "minLength", length))
    add(findings, path, "expected at least " + shown(schema.at("minLength")) + got);
  if (over(schema, "maxLength", length)) add(findings, path, "expected at most " + shown(schema.at("maxLength")) + got);
  const json::value* expression = schema.if_contains("pattern");
  if (!expression || !expression->is_string()) return;
  const Pattern& compiled = pattern(expression->get_string());
  if (!compiled.ok()) return;
  switch (compiled.search(text)) {
    case PatternMatch::yes:
      return;
    case PatternMatch::no:
      return add(findings, path, "expected text that matches " + shown(*expression) + ", got " + shown(value));
    case PatternMatch::too_long:
      return add(findings, path, "the text is too long to be matched with " + shown(*expression));
  }
}

void Validation::check_array(const json::object& schema, const json::value& value, const std::string& path,
                             Findings& findings, Evaluated& evaluated) {
  const json::array& list = value.get_array();
  std::string got = " items, got " + std::to_string(list.size());
  if (under(schema, "minItems", list.size()))
    add(findings, path, "expected at least " + shown(schema.at("minItems")) + got);
  if (over(schema, "maxItems", list.size()))
    add(findings, path, "expected at most " + shown(schema.at("maxItems")) + got);
  check_unique(schema, list, path, findings);
  check_items(schema, list, path, findings, evaluated);
  check_contains(schema, list, path, findings, evaluated);
}

void Validation::check_items(const json::object& schema, const json::array& list, const std::string& path,
                             Findings& findings, Evaluated& evaluated) {
  const json::array* prefix = array_keyword(schema, "prefixItems");
  const json::value* rest = schema.if_contains("items");
  if (!prefix && rest && rest->is_array()) {  // the form before 2020-12
    prefix = &rest->get_array();
    rest = schema.if_contains("additionalItems");
  }
  for (std::size_t i = 0; i < list.size() && findings.size() < max_findings; ++i) {
    const json::value* item = prefix && i < prefix->size() ? &(*prefix)[i] : rest;
    if (!item) continue;
    check(*item, list[i], pointer_to(path, i), findings);
    if (tracks_) evaluated.items.insert(i);
  }
}

void Validation::check_unique(const json::object& schema, const json::array& list, const std::string& path,
                              Findings& findings) {
  const json::value* unique = schema.if_contains("uniqueItems");
  if (!unique || *unique != json::value(true)) return;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < list.size() && enter(); ++i) {
    auto [first, is_new] = places.emplace(comparable(list[i]), i);
    if (is_new) continue;
    return add(findings, path,
               "expected no two equal items, got " + shown(list[i]) + " at " + std::to_string(first->second) + " and " +
                   std::to_string(i));
  }
}

void Validation::check_contains(const json::object& schema, const json::array& list, const std::string& path,
                                Findings& findings, Evaluated& evaluated) {
  const json::value* wanted = schema.if_contains("contains");
  if (!wanted) return;
  std::size_t count = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!fits(*wanted, list[i], pointer_to(path, i))) continue;
    ++count;
    if (tracks_) evaluated.items.insert(i);
  }
  std::string got = " that fit 'contains', got " + std::to_string(count);
  bool by_default = !number_keyword(schema, "minContains") && count == 0;
  if (by_default || under(schema, "minContains", count))
    add(findings, path, "expected at least " + (by_default ? "1" : shown(schema.at("minContains"))) + " items" + got);
  if (over(schema, "maxContains", count))
    add(findings, path, "expected at most " + shown(schema.at("maxContains")) + " items" + got);
}

void Validation::check_object(const json::object& schema, const json::value& value, const std::string& path,
                              Findings& findings, Evaluated& evaluated) {
  const json::object& object = value.get_object();
  std::string got = " properties, got " + std::to_string(object.size());
  if (under(schema, "minProperties", object.size()))
    add(findings, path, "expected at least " + shown(schema.at("minProperties")) + got);
  if (over(schema, "maxProperties", object.size()))
    add(findings, path, "expected at most " + shown(schema.at("maxProperties")) + got);
  if (const json::array* required = array_keyword(schema, "required"))
    for (const auto& name : *required)
      if (name.is_string() && !object.contains(name.get_string()))
        add(findings, pointer_to(path, name.get_string()), "missing; it is required");
  check_names(schema, object, path, findings);
  check_dependent(schema, value, path, findings, evaluated);
  for (const auto& member : object) {
    if (findings.size() >= max_findings) return;
    check_member(schema, member, path, findings, evaluated);
  }
}

void Validation::check_names(const json::object& schema, const json::object& object, const std::string& path,
                             Findings& findings) {
  const json::value* names = schema.if_contains("propertyNames");
  if (!names) return;
  for (const auto& member : object) {
    Findings why;
    Evaluated evaluated;
    if (!fits(*names, json::value(member.key()), "", why, evaluated) && !why.empty())
      add(findings, pointer_to(path, member.key()), "a property cannot have this name; of " + why.front());
  }
}

// dependentRequired, dependentSchemas, and the older keyword that was both.
void Validation::check_dependent(const json::object& schema, const json::value& value, const std::string& path,
                                 Findings& findings, Evaluated& evaluated) {
  const json::object& object = value.get_object();
  for (std::string_view keyword : {"dependentRequired", "dependentSchemas", "dependencies"}) {
    const json::object* dependent = object_keyword(schema, keyword);
    if (!dependent) continue;
    for (const auto& each : *dependent) {
      if (!object.contains(each.key())) continue;
      const json::array* names = each.value().if_array();
      if (!names) check(each.value(), value, path, findings, evaluated);
      if (names)
        for (const auto& name : *names)
          if (name.is_string() && !object.contains(name.get_string()))
            add(findings, pointer_to(path, name.get_string()),
                "missing; where '" + std::string(each.key()) + "' is, it is required");
    }
  }
}

void Validation::check_member(const json::object& schema, const json::key_value_pair& member, const std::string& path,
                              Findings& findings, Evaluated& evaluated) {
  std::string at = pointer_to(path, member.key());
  bool known = false;
  const json::object* properties = object_keyword(schema, "properties");
  if (const json::value* property = properties ? properties->if_contains(member.key()) : nullptr) {
    known = true;
    check(*property, member.value(), at, findings);
  }
  if (const json::object* by_pattern = object_keyword(schema, "patternProperties")) {
    for (const auto& property : *by_pattern) {
      const Pattern& names = pattern(property.key());
      if (names.ok() && names.search(member.key()) == PatternMatch::no) continue;
      known = true;
      if (names.ok()) check(property.value(), member.value(), at, findings);
    }
  }
  const json::value* others = known ? nullptr : schema.if_contains("additionalProperties");
  if (tracks_ && (known || others)) evaluated.names.insert(member.key());
  if (!others) return;
  if (!others->is_bool()) return check(*others, member.value(), at, findings);
  if (others->get_bool()) return;
  std::vector<std::string_view> names;
  if (properties)
    for (const auto& property : *properties) names.push_back(property.key());
  add(findings, at, "unknown property" + did_you_mean(member.key(), names));
}

void Validation::check_alternatives(const json::object& schema, std::string_view keyword, const json::value& value,
                                    const std::string& path, Findings& findings, Evaluated& evaluated) {
  const json::array* alternatives = array_keyword(schema, keyword);
  if (!alternatives) return;
  std::size_t fitting = 0;
  std::string reasons;
  for (const auto& each : *alternatives) {
    Findings why;
    if (fits(each, value, path, why, evaluated))
      ++fitting;
    else if (!why.empty())
      reasons += (reasons.empty() ? "" : "; ") + why.front();
  }
  if (fitting == 0)
    add(findings, path, "fits none of the alternatives of " + std::string(keyword) + " (" + reasons + ")");
  if (fitting > 1 && keyword == "oneOf")
    add(findings, path, "fits " + std::to_string(fitting) + " alternatives of oneOf, expected exactly one");
}

void Validation::check_combined(const json::object& schema, const json::value& value, const std::string& path,
                                Findings& findings, Evaluated& evaluated) {
  if (const json::array* all = array_keyword(schema, "allOf"))
    for (const auto& each : *all) check(each, value, path, findings, evaluated);
  for (std::string_view keyword : {"anyOf", "oneOf"})
    check_alternatives(schema, keyword, value, path, findings, evaluated);
  const json::value* refused = schema.if_contains("not");
  if (refused && fits(*refused, value, path)) add(findings, path, "expected nothing that fits " + shown(*refused));
}

void Validation::check_condition(const json::object& schema, const json::value& value, const std::string& path,
                                 Findings& findings, Evaluated& evaluated) {
  const json::value* condition = schema.if_contains("if");
  if (!condition) return;
  Findings why;
  const json::value* rule = schema.if_contains(fits(*condition, value, path, why, evaluated) ? "then" : "else");
  if (rule) check(*rule, value, path, findings, evaluated);
}

// What fits not has evaluated nothing.
bool Validation::fits(const json::value& schema, const json::value& value, const std::string& path, Findings& why,
                      Evaluated& evaluated) {
  Evaluated inside;
  check(schema, value, path, why, inside);
  if (why.empty()) evaluated.add(inside);
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
    for (const auto& member : value.get_object())
      if (evaluated.names.insert(member.key()).second)
        check(*others, member.value(), pointer_to(path, member.key()), findings);
  if (const json::value* others = schema.if_contains("unevaluatedItems"); others && value.is_array())
    for (std::size_t i = 0; i < value.get_array().size(); ++i)
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

}  // namespace

std::vector<std::string> validate(const json::value& schema, const json::value& instance) {
  std::vector<std::string> findings;
  Validation validation(schema);
  validation.check(schema, instance, "", findings);
  if (validation.exhausted()) findings = {"the value: the schema is too deep or takes too long to check it with"};
  return findings;
}

}  // namespace executus
