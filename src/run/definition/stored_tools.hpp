// The tools of a toolbox as a run's definition remembers them.
#pragma once

#include <vector>

#include <executus/run/agent.hpp>
#include <executus/tool/registry.hpp>

namespace executus::run {

[[nodiscard]] inline std::vector<StoredTool> stored_tools(const tool::Toolbox& toolbox) {
  std::vector<StoredTool> stored;
  for (const auto& tool : toolbox.tools()) stored.push_back({tool->info().spec, tool->info().effect});
  return stored;
}

}  // namespace executus::run
