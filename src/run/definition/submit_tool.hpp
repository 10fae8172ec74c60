// The tool `submit`: hands in the run's answer before the run is over.
#pragma once

#include <memory>

#include <executus/tool/tool.hpp>

#include "agent/answer_form.hpp"

namespace executus::run {

// For answers that are text: the first one handed in counts, and the run goes on.
[[nodiscard]] std::shared_ptr<tool::Tool> make_submit_tool();

// For answers of that form: one that fits is accepted, and ends the run.
[[nodiscard]] std::shared_ptr<tool::Tool> make_submit_tool(std::shared_ptr<const agent::AnswerForm> form);

}  // namespace executus::run
