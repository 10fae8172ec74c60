// What a model wrote, in the form that a JSON Schema asks for. Models write "3" for 3, "true" for true, an object or an
// array as a text that holds its JSON, a single value for an array of one, and null for a member that may be left out.
#pragma once

#include <boost/json/value.hpp>

namespace executus {

// `instance` with the parts changed that do not fit `schema` and can be read in one way only that does. What fits is
// left as it is, and so is what could be read in two ways: a text where an object or an array is wanted is read as JSON
// first, and is the one item of the array only where that does not fit. Numbers and booleans never become texts.
// Pure. Never throws for a bad schema. Bounded work: where it would take too long the rest is left as it is. The result
// need not fit: validate() (json_schema.hpp) tells.
[[nodiscard]] boost::json::value coerced(const boost::json::value& schema, boost::json::value instance);

}  // namespace executus
