#include "llm/ollama/response.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "llm/wire.hpp"

namespace executus::llm::ollama {
namespace {

namespace json = boost::json;

// "load" and "unload" answer a request without messages: the model was only brought in or thrown out.
FinishReason finish_reason(const Answer& answer) {
  if (answer.done_reason == "length") return FinishReason::length;
  if (!answer.calls.empty()) return FinishReason::tool_calls;  // the reason is "stop" then too
  return answer.done_reason.empty() || answer.done_reason == "stop" ? FinishReason::stop : FinishReason::other;
}

// An object; servers that imitate Ollama send its text.
std::string arguments_text(const json::object& function) {
  const auto* arguments = object_in(function, "arguments");
  return arguments ? json::serialize(*arguments) : text_in(function, "arguments");
}

void add_calls(Answer& answer, const json::object& message) {
  const auto* calls = array_in(message, "tool_calls");
  if (!calls) return;
  for (const auto& each : *calls) {
    const auto* call = each.if_object();
    const auto* function = call ? object_in(*call, "function") : nullptr;
    if (function) answer.calls.push_back({text_in(*call, "id"), text_in(*function, "name"), arguments_text(*function)});
  }
}

// prompt_eval_count includes the cached tokens; servers before prompt_eval_cached_count leave it out when all were.
void count_tokens(Usage& usage, const json::object& chunk) {
  auto cached = count_in(&chunk, "prompt_eval_cached_count");
  auto input = std::max(count_in(&chunk, "prompt_eval_count"), cached);
  auto output = count_in(&chunk, "eval_count");
  if (input > 0) usage.input = input;
  if (cached > 0) usage.cache_read = cached;
  if (output > 0) usage.output = output;
}

}  // namespace

std::string add_chunk(Answer& answer, const json::object& chunk) {
  count_tokens(answer.usage, chunk);
  if (auto reason = text_in(chunk, "done_reason"); !reason.empty()) answer.done_reason = std::move(reason);
  const auto* message = object_in(chunk, "message");
  if (!message) return {};
  answer.thinking += text_in(*message, "thinking");
  add_calls(answer, *message);
  auto text = text_in(*message, "content");
  answer.text += text;
  return text;
}

Response to_response(Answer answer, Asked asked) {
  Response response;
  response.finish = finish_reason(answer);
  response.usage = answer.usage;
  response.target = std::move(asked.target);
  response.message.role = Role::assistant;
  if (!answer.thinking.empty())
    response.message.parts.emplace_back(Opaque{asked.provider, json::object{{"thinking", std::move(answer.thinking)}}});
  if (!answer.text.empty()) response.message.parts.emplace_back(Text{std::move(answer.text)});
  response.message.tool_calls = completed(std::move(answer.calls), asked);
  return response;
}

}  // namespace executus::llm::ollama
