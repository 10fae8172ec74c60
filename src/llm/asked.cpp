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

}  // namespace executus::llm
