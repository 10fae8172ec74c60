// Whether a process may have died while it asked a model.
#pragma once

#include <executus/llm/conversation.hpp>

namespace executus::run {

// Where a model is asked next. Of calls beside the run's own, by a tool or its critic, a conversation says nothing.
// Pure.
[[nodiscard]] inline bool may_have_lost_call(const llm::Conversation& conversation) {
  const auto& transcript = conversation.transcript();
  return conversation.open_batch().empty() && (transcript.empty() || transcript.back().role != llm::Role::assistant);
}

}  // namespace executus::run
