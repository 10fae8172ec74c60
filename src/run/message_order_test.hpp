// What providers ask of the order of messages. For tests of what is sent, whatever happened to the run before.
#pragma once

#include <set>
#include <string>

#include <executus/llm/transcript.hpp>

namespace executus::run {

// OpenAI: every call of an assistant message has its result in the message right after it, and no result stands
// without its call. Anthropic: the conversation begins with the user, results follow their calls at once and all of
// them, and no message is empty. "" when both would accept it.
inline std::string objection(const llm::Transcript& sent) {
  std::set<std::string> open;
  bool began = false;
  for (const auto& message : sent) {
    if (message.role == llm::Role::system) continue;
    if (!began && message.role != llm::Role::user) return "it does not begin with the user";
    began = true;
    if (message.role != llm::Role::tool && !open.empty()) return "a call has no result";
    if (message.parts.empty() && message.tool_calls.empty() && message.tool_results.empty()) return "an empty message";
    for (const auto& result : message.tool_results)
      if (open.erase(result.call_id) == 0) return "a result without its call";
    if (!open.empty()) return "a call has no result";
    for (const auto& call : message.tool_calls) open.insert(call.id);
  }
  if (!began) return "nothing is sent";
  return open.empty() ? "" : "a call has no result";
}

}  // namespace executus::run
