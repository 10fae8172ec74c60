// The part of JSON Schema that tools and agents use, to check what a model or a caller sent.
//
// Known: type (a name or a list of names), properties, patternProperties, required, additionalProperties, items,
// prefixItems (and the older list form of items), enum, const, minimum, maximum, exclusiveMinimum, exclusiveMaximum,
// minLength, maxLength, minItems, maxItems, pattern, anyOf, oneOf, allOf, $ref within the schema ("#/$defs/x"), true
// and false as schemas. Every other keyword is ignored, as the standard says of unknown ones. Patterns are
// ECMAScript's, without back-references and `\p{...}`.
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

// What is wrong with the schema itself (schema.malformed): a keyword of the wrong kind, an unknown type name, a $ref
// that leads nowhere or in a circle, a pattern this library cannot check.
[[nodiscard]] std::optional<Error> check_schema(const boost::json::value& schema);

}  // namespace executus
