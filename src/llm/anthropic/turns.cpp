#include "llm/anthropic/turns.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/wire.hpp>

#include "llm/anthropic/blocks.hpp"

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

Turn stand_in() { return {Role::user, json::array{text_block("Go on.")}}; }

json::array content_of(const Message& message, const ToolNames& names, std::string_view provider) {
  switch (message.role) {
    case Role::user:
      return user_blocks(message);
    case Role::assistant:
      return assistant_blocks(message, names, provider);
    case Role::tool:
      return result_blocks(message, names);
    case Role::system:
      break;  // in the system prompt
  }
  return {};
}

void append(std::vector<Turn>& turns, Role role, json::array content) {
  if (content.empty()) return;
  if (turns.empty() && role == Role::assistant) turns.push_back(stand_in());
  if (turns.empty() || turns.back().role != role) turns.push_back({role, {}});
  auto& blocks = turns.back().content;
  blocks.insert(blocks.end(), content.begin(), content.end());
}

bool is_result(const json::value& block) { return text_in(block.get_object(), "type") == "tool_result"; }

void results_first(json::array& content) {
  json::array ordered;
  for (bool results : {true, false})
    for (auto& block : content)
      if (is_result(block) == results) ordered.push_back(block);
  content = std::move(ordered);
}

}  // namespace

std::vector<Turn> turns_of(const Transcript& messages, const ToolNames& names, std::string_view provider) {
  std::vector<Turn> turns;
  for (const auto& message : messages)
    append(turns, message.role == Role::assistant ? Role::assistant : Role::user, content_of(message, names, provider));
  for (auto& turn : turns)
    if (turn.role == Role::user) results_first(turn.content);
  if (turns.empty() || turns.back().role == Role::assistant) turns.push_back(stand_in());
  return turns;
}

}  // namespace executus::llm::anthropic
