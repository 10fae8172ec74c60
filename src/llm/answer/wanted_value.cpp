#include "llm/answer/wanted_value.hpp"

#include <memory>
#include <utility>

namespace executus::llm {

bool may_be_text(const Request& request) {
  if (!request.wanted) return false;
  for (const auto& tool : request.tools)
    if (tool.name != request.wanted->tool) return false;
  for (const auto& message : request.messages)
    if (!message.tool_calls.empty() || !message.tool_results.empty()) return false;
  return true;
}

Request wanted_as_text(Request request) {
  request.tools = {};
  request.tool_choice = {};
  request.schema = std::shared_ptr<const AnswerSchema>(request.wanted, &request.wanted->answer);
  return request;
}

bool may_refuse_schemas(const ModelError& error) {
  bool refused = error.http_status() == 400 || error.http_status() == 422;
  return refused && error.failure() == Failure::permanent && !less_may_do(error);
}

}  // namespace executus::llm
