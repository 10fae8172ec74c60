// What a tool's parameters take: Ollama reads them into a type of its own (api/types.go), which refuses a list of types
// at the root and true and false for schemas, and has no place for references.
#pragma once

#include "llm/tool_schema/tool_schema.hpp"

namespace executus::llm::ollama {

inline constexpr ToolSchemaRules kToolRules{.refs = ToolSchemaRules::Refs::inlined};

}  // namespace executus::llm::ollama
