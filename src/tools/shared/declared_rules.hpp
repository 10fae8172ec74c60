// What HTTP and command tools, which agent files declare, have in common.
#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include <executus/tool/tool.hpp>

namespace executus::tools {

// Throws Error "tool.declared", which names the tool, where its declaration has a problem.
void refuse_declaration_if(const std::optional<std::string>& problem, const tool::ToolInfo& info);

// What a call comes to whose arguments do not fit the tool's schema; nothing: they do.
[[nodiscard]] std::optional<tool::Outcome> refused_arguments(const tool::ToolInfo& info,
                                                             const boost::json::object& arguments);

}  // namespace executus::tools
