// What parametersJsonSchema takes: the keywords that ai.google.dev/api lists for responseJsonSchema. References it has
// refused: "reference to undefined schema".
#pragma once

#include <array>
#include <string_view>

#include "llm/tool_schema/tool_schema.hpp"

namespace executus::llm::google {

inline constexpr std::array<std::string_view, 16> kToolKeywords{
    "type",    "properties", "required", "additionalProperties", "items", "prefixItems", "enum",
    "anyOf",   "oneOf",      "format",   "description",          "title", "minItems",    "maxItems",
    "minimum", "maximum"};

inline constexpr ToolSchemaRules kToolRules{.keywords = kToolKeywords,
                                            .refs = ToolSchemaRules::Refs::inlined,
                                            .choices = ToolSchemaRules::Choices::texts_and_numbers};

}  // namespace executus::llm::google
