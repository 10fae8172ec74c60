#include "llm/openai/chat/response.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"
#include "llm/openai/shared/usage.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

// Text as it is, an object (or what a model wrote in place of one) as its text.
std::string call_arguments_in(const json::object& function) {
  const auto* arguments = function.if_contains("arguments");
  if (!arguments || arguments->is_null() || arguments->is_string()) return text_in(function, "arguments");
  const auto* object = arguments->if_object();
  return object && object->empty() ? std::string() : written_arguments(*arguments);
}

std::string index_in(const json::object& call) {
  const auto* index = call.if_contains("index");
  if (!index || index->is_null()) return {};
  return index->is_string() ? text_in(call, "index") : write_json(*index);
}

}  // namespace

Answer answer_in(const json::object& choice, const json::object& message) {
  Answer answer;
  answer.text = content_in(message);
  answer.refusal = text_in(message, "refusal");
  answer.kept.take_message(message);
  answer.finish = text_in(choice, "finish_reason");
  auto add = [&](CallFragment said) {
    answer.calls.push_back({std::move(said.id), std::move(said.name), std::move(said.arguments)});
  };
  if (const auto* calls = array_in(message, "tool_calls"))
    for (const auto& call : *calls)
      if (const auto* object = call.if_object()) {
        answer.kept.add_call(answer.calls.size(), *object);
        add(fragment_in(*object));
      }
  if (const auto* call = object_in(message, "tool_calls")) add(fragment_in(*call));
  if (auto call = function_call_in(message); call && answer.calls.empty()) add(*std::move(call));
  return answer;
}

const json::object* choice_in(const json::object& body, std::optional<std::int64_t>& index, const Asked& asked) {
  const auto* choices = array_in(body, "choices");
  if (!choices) return nullptr;
  for (const auto& each : *choices) {
    const auto* choice = each.if_object();
    if (!choice) continue;
    const auto* said = choice->if_contains("index");
    if (!said || !said->is_int64()) return choice;
    if (!index) index = said->get_int64();
    if (*index == said->get_int64()) return choice;
    if (said->get_int64() == 0) throw broken_answer(asked.target, "it holds several answers at once");
  }
  return nullptr;
}

CallFragment fragment_in(const json::object& call) {
  const auto* function = object_in(call, "function");
  const auto& said = function ? *function : call;
  return {index_in(call), text_in(call, "id"), text_in(said, "name"), call_arguments_in(said)};
}

std::optional<CallFragment> function_call_in(const json::object& message) {
  const auto* call = object_in(message, "function_call");
  if (!call) return std::nullopt;
  return CallFragment{"function_call", {}, text_in(*call, "name"), call_arguments_in(*call)};
}

std::string content_in(const json::object& message) {
  const auto* parts = array_in(message, "content");
  if (!parts) return text_in(message, "content");
  std::string text;
  for (const auto& part : *parts)
    if (const auto* object = part.if_object()) text += text_in(*object, "text");
  return text;
}

namespace {

const json::object* usage_object_in(const json::object& body) {
  if (const auto* usage = object_in(body, "usage")) return usage;
  const auto* groq = object_in(body, "x_groq");
  if (const auto* usage = groq ? object_in(*groq, "usage") : nullptr) return usage;
  if (const auto* choices = array_in(body, "choices"))
    for (const auto& choice : *choices)
      if (const auto* usage = choice.is_object() ? object_in(choice.get_object(), "usage") : nullptr) return usage;
  return nullptr;
}

}  // namespace

std::optional<Usage> usage_in(const json::object& body) {
  const auto* usage = usage_object_in(body);
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
  AnswerEnd end{answer.finish, !answer.refusal.empty(), !trim(answer.text).empty(), !answer.calls.empty()};
  Response response;
  response.finish = finish_of(end, asked);
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

namespace {

// Some servers leave the finish word out of a whole answer. Without it a piece of a stream is no answer, and calls may
// be cut.
void throw_if_unfinished(const json::object& body, const json::object& choice, const Answer& answer,
                         const Asked& asked) {
  if (!is_no_word(answer.finish)) return;
  bool is_piece = !object_in(choice, "message") || text_in(body, "object") == "chat.completion.chunk";
  if (is_piece) throw truncated_answer(asked.target);
  bool says = !trim(answer.text).empty() || !answer.refusal.empty();
  if (!answer.calls.empty() || !says) throw broken_answer(asked.target, "it has no finish_reason");
}

}  // namespace

Response read_response(std::string_view body, Asked asked) {
  auto object = body_object(body, asked);
  throw_if_error(object, asked);
  std::optional<std::int64_t> index;
  const auto* choice = choice_in(object, index, asked);
  if (choice) throw_if_error(*choice, asked);
  const auto* message = choice ? object_in(*choice, "message") : nullptr;
  if (choice && !message) message = object_in(*choice, "delta");
  if (!message) throw_if_told_instead(object, asked);
  if (!message) throw malformed_answer(asked.target, "it has no choices[0].message");
  throw_if_error(*message, asked);
  auto answer = answer_in(*choice, *message);
  throw_if_unfinished(object, *choice, answer, asked);
  answer.usage = usage_in(object).value_or(Usage{});
  return to_response(std::move(answer), std::move(asked));
}

}  // namespace executus::llm::openai
