// Puts what a run asks before the person, and passes the answers on.
#pragma once

#include <string>
#include <vector>

#include <executus/run/question.hpp>

#include "cli/chat/line_source.hpp"
#include "cli/context/command_context.hpp"

namespace executus::cli {

// stopped: by Ctrl-C with nothing typed. over: no more lines come. leave: the program is asked to end.
enum class Asked { answered, left_open, stopped, over, leave };

// One after the other, until one is left open by an empty line, or stopped. answered: all of them are.
[[nodiscard]] Asked ask(CommandContext& context, LineSource& lines, const std::vector<Question>& questions);

// Says to the one question that is open that its call may happen, or not. Of several each is asked about.
[[nodiscard]] Asked answer_at_once(CommandContext& context, LineSource& lines, const std::vector<Question>& questions,
                                   Approval approval, const std::string& reason);

}  // namespace executus::cli
