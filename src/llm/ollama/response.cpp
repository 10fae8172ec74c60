#include "llm/ollama/response.hpp"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/failure.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"

namespace executus::llm::ollama {
namespace {

namespace json = boost::json;

// A call comes whole, its arguments an object or left out. Servers that imitate Ollama send the object's text, or
// pieces of it.
void add_call(CallAssembly& calls, const json::object& call) {
  const auto* function = object_in(call, "function");
  if (!function) return;
  const auto* index = function->if_contains("index");
  if (!index) index = call.if_contains("index");
  const auto* arguments = function->if_contains("arguments");
  bool is_text = arguments && arguments->is_string();
  bool has_value = arguments && !arguments->is_null() && !is_text;
  CallFragment said{index && index->is_int64() ? write_json(*index) : std::string(), text_in(call, "id"),
                    text_in(*function, "name"),
                    has_value ? written_arguments(*arguments) : text_in(*function, "arguments")};
  if (is_text)
    (void)calls.add(std::move(said));
  else
    (void)calls.add_whole(std::move(said));
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
  answer.done_reason = worse_finish(std::move(answer.done_reason), text_in(chunk, "done_reason"));
  const auto* message = object_in(chunk, "message");
  if (!message) return {};
  answer.thinking += text_in(*message, "thinking");
  if (const auto* calls = array_in(*message, "tool_calls"))
    for (const auto& call : *calls)
      if (const auto* object = call.if_object()) add_call(answer.calls, *object);
  auto text = text_in(*message, "content");
  answer.text += text;
  return text;
}

// The reasons "load" and "unload" answer a request without messages, which only loads or unloads the model. finish_of()
// does not know these words, so such a body is no answer.
Response to_response(Answer answer, Asked asked) {
  bool cut = finish_of_word(answer.done_reason) == FinishReason::length;
  auto calls = std::move(answer.calls).finish(cut ? CallAssembly::End::cut : CallAssembly::End::complete);
  if (!calls) throw broken_answer(asked.target, quotable(calls.error().message(), asked.secret));
  Response response;
  response.finish = finish_of({answer.done_reason, false, !trim(answer.text).empty(), !calls->calls.empty()}, asked);
  response.usage = answer.usage;
  response.target = std::move(asked.target);
  response.message.role = Role::assistant;
  if (!answer.thinking.empty())
    response.message.parts.emplace_back(Opaque{asked.provider, json::object{{"thinking", std::move(answer.thinking)}}});
  if (!answer.text.empty()) response.message.parts.emplace_back(Text{std::move(answer.text)});
  response.message.tool_calls = completed(std::move(calls->calls), asked);
  return response;
}

}  // namespace executus::llm::ollama
