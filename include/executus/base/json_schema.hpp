// JSON Schema (2020-12) for what tools and agents take, to check what a model or a caller sent.
//
// Checked: type, enum, const; multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum (exactly, as decimals);
// minLength, maxLength, pattern; items, prefixItems, contains, minContains, maxContains, minItems, maxItems,
// uniqueItems, unevaluatedItems; properties, patternProperties, additionalProperties, unevaluatedProperties,
// propertyNames, required, minProperties, maxProperties, dependentRequired, dependentSchemas; allOf, anyOf, oneOf, not,
// if, then, else; $ref within the schema ("#/$defs/x", or "#name" for an $anchor); true and false as schemas. Of older
// drafts the list form of items with additionalItems, and dependencies; of OpenAPI 3.0 nullable, which lets null in
// beside a type. Not checked: unchecked_keywords() names them. Patterns are ECMAScript's with the flag u, without back
// references and look-behind. Numbers of more than 64 bits are refused where a number is wanted, since parse_json makes
// them text; where no type is wanted, that text is held to minimum, const and their like as the number it was.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/base/error.hpp>

namespace executus {

// What is wrong with `instance`: one line per finding, "'/items/2/amount': expected integer, got a string", at most 20.
// Empty: it fits. Never throws for a bad schema: what check_schema refuses is not checked here. Bounded work: an
// instance that takes too long to check is refused.
[[nodiscard]] std::vector<std::string> validate(const boost::json::value& schema, const boost::json::value& instance);

// What is wrong with the schema itself (schema.malformed): a keyword of the wrong kind, an unknown keyword that is
// nearly a known one ("x-..." and what has a colon are left alone), an unknown type name, a $ref that leads nowhere, a
// circle that goes into no part of the value, a pattern this library cannot check.
[[nodiscard]] std::optional<Error> check_schema(const boost::json::value& schema);

// The keywords of `schema` that validate() does not hold anything to, a line each: "'/properties/day/format': 'format'
// is not checked". Among them are unknown ones; what only describes (title, default, ...) is not.
[[nodiscard]] std::vector<std::string> unchecked_keywords(const boost::json::value& schema);

}  // namespace executus
