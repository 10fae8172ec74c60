// Schemas that the server holds a model to as `format`. Pure.
#pragma once

#include <boost/json/object.hpp>

namespace executus::llm::ollama {

// What llama.cpp's json_schema_to_grammar, which the server calls, makes a grammar of. Left out: patterns, of which it
// reads a part and refuses the rest; allOf, which it merges; not, if and the like, which it does not read.
[[nodiscard]] bool takes_schema(const boost::json::object& schema);

}  // namespace executus::llm::ollama
