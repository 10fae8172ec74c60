#include "llm/answer/unmade_calls.hpp"

#include <variant>
#include <vector>

#include <executus/llm/kit/asked.hpp>

namespace executus::llm {

void drop_refused_calls(Response& response) {
  auto& message = response.message;
  if (response.finish != FinishReason::refusal || message.tool_calls.empty()) return;
  message.tool_calls.clear();
  std::erase_if(message.parts, [](const Part& part) { return std::holds_alternative<Opaque>(part); });
}

void mark_cut_call(Response& response) {
  auto& calls = response.message.tool_calls;
  bool ended = response.finish == FinishReason::stop || response.finish == FinishReason::tool_calls;
  if (ended || calls.empty()) return;
  if (calls.back().arguments == "{}") calls.back().arguments = kCutArguments;
}

}  // namespace executus::llm
