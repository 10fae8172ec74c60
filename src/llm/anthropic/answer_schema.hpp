// Schemas as the API takes them: platform.claude.com/docs/en/build-with-claude/structured-outputs. Pure.
//
// An answer's schema as output_config.format takes it: without the keywords the API refuses (ranges, lengths, patterns
// of numbers, strings and lists), and with all objects closed. The caller checks the answer for what is left out. The
// API has no field for the schema's name.
#pragma once

#include <boost/json/object.hpp>

namespace executus::llm::anthropic {

[[nodiscard]] boost::json::object output_format(const boost::json::object& schema);

// Whether a model may be held to `schema` that way: it has no recursion, no map, no keyword that the API does not know,
// and not more choices than the API allows. Ranges, lengths and the like, which are left out, do not count.
[[nodiscard]] bool takes_schema(const boost::json::object& schema);

}  // namespace executus::llm::anthropic
