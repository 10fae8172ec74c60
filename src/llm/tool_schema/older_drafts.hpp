// The words of JSON Schema 2020-12 for those of older drafts and of OpenAPI 3.0. Pure.
#pragma once

#include <boost/json/object.hpp>

namespace executus::llm {

// One schema, not those inside it: a list of items becomes prefixItems, additionalItems items, dependencies
// dependentRequired and dependentSchemas, nullable a list of types. It means the same.
[[nodiscard]] boost::json::object in_todays_words(boost::json::object schema);

}  // namespace executus::llm
