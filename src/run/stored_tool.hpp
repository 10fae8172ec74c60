// Tools as a run was started with them: what they are called with is what this process has, what the model reads of
// them is what it read before.
#pragma once

#include <vector>

#include <executus/run/agent.hpp>
#include <executus/tool/registry.hpp>

namespace executus::run {

[[nodiscard]] tool::Toolbox as_stored(const tool::Toolbox& toolbox, const std::vector<StoredTool>& stored);

}  // namespace executus::run
