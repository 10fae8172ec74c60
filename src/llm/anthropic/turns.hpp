// A history as the turns the API wants: the user first and last, the two in alternation, and the results of all calls
// of a turn at the beginning of the next one. Pure.
//
// Neighbours of one role become one turn; messages with nothing to send fall away. Where the user would not be first
// (an empty history) or last (an assistant's answer, which models from Opus 4.6 on refuse to continue), a turn that
// says "Go on." stands in.
#pragma once

#include <string_view>
#include <vector>

#include <boost/json/array.hpp>

#include <executus/llm/kit/tool_names.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm::anthropic {

struct Turn {
  Role role = Role::user;  // or assistant
  boost::json::array content;
};

[[nodiscard]] std::vector<Turn> turns_of(const Transcript& messages, const ToolNames& names, std::string_view provider);

}  // namespace executus::llm::anthropic
