// The keywords of arrays.
#include <algorithm>

#include <executus/base/json.hpp>

#include "base/json_schema/validation.hpp"
#include "base/json_schema/values.hpp"

namespace executus::json_schema {

namespace json = boost::json;

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
  std::size_t spoken_of = rest ? list.size() : prefix ? std::min(prefix->size(), list.size()) : 0;
  for (std::size_t i = 0; i < spoken_of && findings.size() < max_findings; ++i) {
    const json::value* item = prefix && i < prefix->size() ? &(*prefix)[i] : rest;
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

}  // namespace executus::json_schema
