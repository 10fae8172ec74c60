#include "llm/openai/response.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "llm/answer_errors.hpp"
#include "llm/openai/usage.hpp"
#include "llm/wire.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

FinishReason finish_reason(const Answer& answer) {
  if (!answer.refusal.empty() || answer.finish == "content_filter") return FinishReason::refusal;
  if (answer.finish == "length") return FinishReason::length;
  if (!answer.calls.empty()) return FinishReason::tool_calls;  // some servers say "stop" here
  bool known = answer.finish.empty() || answer.finish == "stop" || answer.finish == "tool_calls";
  return known ? FinishReason::stop : FinishReason::other;
}

ToolCall call_in(const json::object& object) {
  ToolCall call{text_in(object, "id"), {}, {}};
  if (const auto* function = object_in(object, "function")) {
    call.name = text_in(*function, "name");
    call.arguments = arguments_in(*function);
  }
  return call;
}

Answer answer_in(const json::object& choice, const json::object& message) {
  Answer answer;
  answer.text = content_in(message);
  answer.refusal = text_in(message, "refusal");
  answer.kept.take_message(message);
  answer.finish = text_in(choice, "finish_reason");
  const auto* calls = message.if_contains("tool_calls");
  if (calls && calls->is_array())
    for (const auto& call : calls->get_array())
      if (const auto* object = call.if_object()) {
        answer.kept.add_call(answer.calls.size(), *object);
        answer.calls.push_back(call_in(*object));
      }
  return answer;
}

}  // namespace

std::string content_in(const json::object& message) {
  const auto* parts = array_in(message, "content");
  if (!parts) return text_in(message, "content");
  std::string text;
  for (const auto& part : *parts)
    if (const auto* object = part.if_object()) text += text_in(*object, "text");
  return text;
}

std::string arguments_in(const json::object& function) {
  const auto* arguments = function.if_contains("arguments");
  return arguments && arguments->is_object() ? json::serialize(*arguments) : text_in(function, "arguments");
}

std::optional<Usage> usage_in(const json::object& body) {
  const auto* usage = object_in(body, "usage");
  if (!usage) return std::nullopt;
  const auto* input = object_in(*usage, "prompt_tokens_details");
  const auto* output = object_in(*usage, "completion_tokens_details");
  Usage counted;
  counted.input = count_in(usage, "prompt_tokens");
  counted.output = count_in(usage, "completion_tokens");
  counted.cache_read = std::max(count_in(input, "cached_tokens"), count_in(usage, "prompt_cache_hit_tokens"));
  counted.cache_write = count_in(input, "cache_write_tokens");
  counted.reasoning = count_in(output, "reasoning_tokens");
  include_reasoning(counted, count_in(usage, "total_tokens"));
  return counted;
}

Response to_response(Answer answer, Asked asked) {
  Response response;
  response.finish = finish_reason(answer);
  response.usage = answer.usage;
  response.target = std::move(asked.target);
  response.message.role = Role::assistant;
  keep_fields(response.message, answer.kept, asked.provider);
  auto text = answer.text.empty() ? std::move(answer.refusal) : std::move(answer.text);
  if (!text.empty()) response.message.parts.emplace_back(Text{std::move(text)});
  response.message.tool_calls = completed(std::move(answer.calls), asked);
  keep_call_fields(response.message, answer.kept, asked.provider);
  return response;
}

Response read_response(std::string_view body, Asked asked) {
  auto parsed = parse_answer(body);
  if (!parsed) throw malformed_answer(asked.target, "it is no JSON (" + parsed.error().message() + ")");
  const auto* object = parsed->if_object();
  if (!object) throw malformed_answer(asked.target, "it is no JSON object");
  throw_if_error(*object, asked);
  const auto* choices = object->if_contains("choices");
  const auto* list = choices ? choices->if_array() : nullptr;
  const auto* choice = list && !list->empty() ? list->front().if_object() : nullptr;
  const auto* message = choice ? object_in(*choice, "message") : nullptr;
  if (!message) throw malformed_answer(asked.target, "it has no choices[0].message");
  auto answer = answer_in(*choice, *message);
  answer.usage = usage_in(*object).value_or(Usage{});
  return to_response(std::move(answer), std::move(asked));
}

}  // namespace executus::llm::openai
