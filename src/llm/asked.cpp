#include "llm/asked.hpp"

#include <utility>

namespace executus::llm {

Asked asked(const Endpoint& endpoint, const std::string& model, const Request& request) {
  return {endpoint.name, endpoint.name + "/" + model, endpoint.token, ToolNames(request.tools),
          CallIds(request.messages)};
}

std::vector<ToolCall> completed(std::vector<ToolCall> calls, Asked& asked) {
  for (std::size_t i = 0; i < calls.size(); ++i) {
    calls[i].id = asked.ids.take(std::move(calls[i].id), i);
    calls[i].name = asked.names.from_wire(calls[i].name);
    if (calls[i].arguments.empty()) calls[i].arguments = "{}";
  }
  return calls;
}

void mark_cut_call(Response& response) {
  auto& calls = response.message.tool_calls;
  if (response.finish != FinishReason::length || calls.empty()) return;
  if (calls.back().arguments == "{}") calls.back().arguments = "{ (cut off by the output limit)";
}

}  // namespace executus::llm
