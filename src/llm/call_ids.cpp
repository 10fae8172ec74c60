#include "llm/call_ids.hpp"

#include <utility>

namespace executus::llm {

CallIds::CallIds(const Transcript& messages) : turn_(messages.size()) {
  for (const auto& message : messages)
    for (const auto& call : message.tool_calls) taken_.insert(call.id);
}

std::string CallIds::take(std::string id, std::size_t index) {
  std::string base = "call_" + std::to_string(turn_) + "_" + std::to_string(index);
  if (id.empty()) id = base;
  for (int more = 2; !taken_.insert(id).second; ++more) id = more == 2 ? base : base + "_" + std::to_string(more - 1);
  return id;
}

}  // namespace executus::llm
