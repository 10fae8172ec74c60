// Schemas that the API holds a model to as responseJsonSchema. Pure.
#pragma once

#include <boost/json/object.hpp>

namespace executus::llm::google {

// ai.google.dev/api/generate-content, GenerationConfig: the keywords it names. Recursion is unrolled there, a little,
// and so counts as not taken; oneOf is read as anyOf; choices are texts and numbers.
[[nodiscard]] bool takes_schema(const boost::json::object& schema);

}  // namespace executus::llm::google
