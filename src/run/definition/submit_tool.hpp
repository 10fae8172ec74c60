// The tool `submit`: hands in the run's answer before the run is over.
#pragma once

#include <memory>

#include <executus/tool/tool.hpp>

namespace executus::run {

[[nodiscard]] std::shared_ptr<tool::Tool> make_submit_tool();

}  // namespace executus::run
