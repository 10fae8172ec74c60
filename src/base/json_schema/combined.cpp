// The keywords that combine schemas.
#include "base/json_schema/validation.hpp"
#include "base/json_schema/values.hpp"

namespace executus::json_schema {

namespace json = boost::json;

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

}  // namespace executus::json_schema
