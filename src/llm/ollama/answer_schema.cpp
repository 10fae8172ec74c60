#include "llm/ollama/answer_schema.hpp"

#include <array>
#include <string_view>

#include "llm/structured/schema_part.hpp"

namespace executus::llm::ollama {

bool takes_schema(const boost::json::object& schema) {
  static constexpr std::array<std::string_view, 26> taken{"type",
                                                          "properties",
                                                          "required",
                                                          "additionalProperties",
                                                          "items",
                                                          "prefixItems",
                                                          "enum",
                                                          "const",
                                                          "anyOf",
                                                          "oneOf",
                                                          "$ref",
                                                          "$defs",
                                                          "definitions",
                                                          "format",
                                                          "description",
                                                          "title",
                                                          "default",
                                                          "minItems",
                                                          "maxItems",
                                                          "minLength",
                                                          "maxLength",
                                                          "minimum",
                                                          "maximum",
                                                          "exclusiveMinimum",
                                                          "exclusiveMaximum",
                                                          "$schema"};
  return keeps_to(schema, {.keywords = taken,
                           .recursion = SchemaPart::Recursion::taken,
                           .maps = SchemaPart::Maps::taken,
                           .choices = SchemaPart::Choices::any});
}

}  // namespace executus::llm::ollama
