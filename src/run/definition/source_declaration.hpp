// Sources of tools (executus/run/tool_sources.hpp) as agents declare them, and which of the tools that an agent names
// may be theirs: a tool of a source is called SOURCE.TOOL, and which there are is known when a run asks it. Pure.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace executus::run {

[[nodiscard]] std::string source_name(const boost::json::object& declaration);
[[nodiscard]] bool is_required(const boost::json::object& declaration);
[[nodiscard]] std::string declaration_digest(const boost::json::object& declaration);

// Whether `pattern`, a name or a glob, may name tools of the source. only: and of nothing else.
enum class Names { none, some, only };
[[nodiscard]] Names names_tools_of(std::string_view pattern, std::string_view source);

}  // namespace executus::run
