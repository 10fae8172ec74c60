// What the parameters of a function take that is not strict: any keyword, but for choices at the root. An object there
// has to have properties, and an array items.
#pragma once

#include "llm/tool_schema/tool_schema.hpp"

namespace executus::llm::openai {

inline constexpr ToolSchemaRules kToolRules{};

}  // namespace executus::llm::openai
