#include "base/json_schema/keywords.hpp"

#include <algorithm>
#include <array>

namespace executus {
namespace {

using Value = KeywordValue;
using Use = KeywordUse;

constexpr std::array kKeywords = std::to_array<Keyword>({
    {"type", Value::type, Use::checked},
    {"enum", Value::values, Use::checked},
    {"const", Value::anything, Use::checked},
    {"nullable", Value::flag, Use::checked},  // OpenAPI 3.0
    {"multipleOf", Value::positive_number, Use::checked},
    {"minimum", Value::number, Use::checked},
    {"maximum", Value::number, Use::checked},
    {"exclusiveMinimum", Value::number, Use::checked},
    {"exclusiveMaximum", Value::number, Use::checked},
    {"minLength", Value::count, Use::checked},
    {"maxLength", Value::count, Use::checked},
    {"pattern", Value::pattern, Use::checked},
    {"items", Value::schema_or_list, Use::checked},
    {"prefixItems", Value::schemas, Use::checked},
    {"additionalItems", Value::schema, Use::checked},  // before 2020-12
    {"unevaluatedItems", Value::schema, Use::checked},
    {"contains", Value::schema, Use::checked},
    {"minContains", Value::count, Use::checked},
    {"maxContains", Value::count, Use::checked},
    {"minItems", Value::count, Use::checked},
    {"maxItems", Value::count, Use::checked},
    {"uniqueItems", Value::flag, Use::checked},
    {"properties", Value::named_schemas, Use::checked},
    {"patternProperties", Value::pattern_schemas, Use::checked},
    {"additionalProperties", Value::schema, Use::checked},
    {"unevaluatedProperties", Value::schema, Use::checked},
    {"propertyNames", Value::schema, Use::checked},
    {"required", Value::names, Use::checked},
    {"minProperties", Value::count, Use::checked},
    {"maxProperties", Value::count, Use::checked},
    {"dependentRequired", Value::names_by_name, Use::checked},
    {"dependentSchemas", Value::named_schemas, Use::checked},
    {"dependencies", Value::names_or_schemas, Use::checked},  // before 2019-09
    {"allOf", Value::schemas, Use::checked},
    {"anyOf", Value::schemas, Use::checked},
    {"oneOf", Value::schemas, Use::checked},
    {"not", Value::schema, Use::checked},
    {"if", Value::schema, Use::checked},
    {"then", Value::schema, Use::checked},
    {"else", Value::schema, Use::checked},
    {"$ref", Value::reference, Use::checked},
    {"$defs", Value::named_schemas},
    {"definitions", Value::named_schemas},
    {"$anchor"},
    {"$schema"},
    {"$comment"},
    {"$vocabulary"},
    {"$id"},
    {"id"},
    {"title"},
    {"description"},
    {"default"},
    {"example"},  // OpenAPI 3.0
    {"examples"},
    {"deprecated"},
    {"readOnly"},
    {"writeOnly"},
    {"discriminator", Value::anything, Use::unchecked},  // OpenAPI 3.0: which schema a value is held to
    {"externalDocs"},                                    // OpenAPI 3.0, as the one below
    {"xml"},
    {"enumNames"},  // of form generators, as the four below
    {"enumDescriptions"},
    {"markdownDescription"},
    {"errorMessage"},
    {"propertyOrdering"},  // Google
    {"format", Value::anything, Use::unchecked},
    {"contentEncoding", Value::anything, Use::unchecked},
    {"contentMediaType", Value::anything, Use::unchecked},
    {"contentSchema", Value::schema, Use::unchecked},
    {"$dynamicRef", Value::anything, Use::unchecked},
    {"$dynamicAnchor", Value::anything},
    {"$recursiveRef", Value::anything, Use::unchecked},
    {"$recursiveAnchor", Value::anything},
});

}  // namespace

const Keyword* keyword_of(std::string_view name) {
  const auto* found = std::ranges::find(kKeywords, name, &Keyword::name);
  return found == kKeywords.end() ? nullptr : found;
}

const std::vector<std::string_view>& keyword_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const auto& keyword : kKeywords) all.push_back(keyword.name);
    return all;
  }();
  return names;
}

bool is_extension(std::string_view name) {
  return name.starts_with("x-") || name.starts_with("X-") || name.find(':') != std::string_view::npos;
}

}  // namespace executus
