// Tools whose calls wait: for a time, for a signal.
#pragma once

#include <memory>

#include <executus/tool/tool.hpp>

namespace executus::tools {

[[nodiscard]] std::shared_ptr<tool::Tool> sleep_tool();
[[nodiscard]] std::shared_ptr<tool::Tool> wait_for_signal_tool();

}  // namespace executus::tools
