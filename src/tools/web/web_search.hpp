// The tool `web_search`, which asks a SearchEngine.
#pragma once

#include <memory>

#include <executus/tool/tool.hpp>
#include <executus/tools/web.hpp>

namespace executus::tools {

[[nodiscard]] std::shared_ptr<tool::Tool> web_search_tool(std::shared_ptr<SearchEngine> engine);

}  // namespace executus::tools
