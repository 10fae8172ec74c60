// What HTTP and command tools, which agent files declare, have in common.
#pragma once

#include <optional>
#include <string>

#include <executus/tool/tool.hpp>

namespace executus::tools {

// Throws Error "tool.declared", which names the tool, where its declaration has a problem.
void refuse_declaration_if(const std::optional<std::string>& problem, const tool::ToolInfo& info);

}  // namespace executus::tools
