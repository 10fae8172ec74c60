// The tool `calculate`: exact arithmetic for models, which are bad at it.
#pragma once

#include <memory>

#include <executus/tool/tool.hpp>

namespace executus::tools {

[[nodiscard]] std::shared_ptr<tool::Tool> calculate_tool();

}  // namespace executus::tools
