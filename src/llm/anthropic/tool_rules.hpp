// What input_schema takes: draft 2020-12, but for choices at its root and for names of properties that are not
// "^[a-zA-Z0-9_.-]{1,64}$".
#pragma once

#include "llm/tool_schema/tool_schema.hpp"

namespace executus::llm::anthropic {

inline constexpr ToolSchemaRules kToolRules{.names = ToolSchemaRules::Names::plain};

}  // namespace executus::llm::anthropic
