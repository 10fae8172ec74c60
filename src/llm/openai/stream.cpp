#include "llm/openai/stream.hpp"

#include <utility>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "llm/answer_errors.hpp"
#include "llm/wire.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

// The first choice; the chunk with the usage has none.
const json::object* choice_in(const json::object& chunk) {
  const auto* choices = chunk.if_contains("choices");
  const auto* list = choices ? choices->if_array() : nullptr;
  return list && !list->empty() ? list->front().if_object() : nullptr;
}

bool begins_call(const json::object& fragment) {
  const auto* function = object_in(fragment, "function");
  return function && !text_in(*function, "name").empty();
}

}  // namespace

std::string ChatReader::add(std::string_view event) {
  if (done_) return {};
  if (trim(event) == "[DONE]") {
    done_ = true;
    return {};
  }
  auto parsed = parse_answer(event);
  const auto* chunk = parsed ? parsed->if_object() : nullptr;
  if (!chunk) throw malformed_answer(asked_.target, "an event of the stream is no JSON object");
  throw_if_error(*chunk, asked_);
  if (auto usage = usage_in(*chunk)) answer_.usage = *usage;
  const auto* choice = choice_in(*chunk);
  if (!choice) return {};
  any_ = true;
  if (auto finish = text_in(*choice, "finish_reason"); !finish.empty()) answer_.finish = std::move(finish);
  const auto* delta = choice->if_contains("delta");
  return delta && delta->is_object() ? add_delta(delta->get_object()) : std::string();
}

std::string ChatReader::add_delta(const json::object& delta) {
  answer_.kept.add_delta(delta);
  auto refusal = text_in(delta, "refusal");
  answer_.refusal += refusal;
  const auto* calls = delta.if_contains("tool_calls");
  if (calls && calls->is_array())
    for (const auto& fragment : calls->get_array())
      if (const auto* object = fragment.if_object()) add_call(*object);
  auto text = content_in(delta);
  answer_.text += text;
  return text.empty() ? refusal : text;
}

void ChatReader::add_call(const json::object& fragment) {
  ToolCall& call = call_for(fragment);
  answer_.kept.add_call(static_cast<std::size_t>(&call - answer_.calls.data()), fragment);
  if (call.id.empty()) call.id = text_in(fragment, "id");
  const auto* function = object_in(fragment, "function");
  if (!function) return;
  if (call.name.empty()) call.name = text_in(*function, "name");
  call.arguments += arguments_in(*function);
}

// A fragment belongs to the call of its index. Servers that send whole calls may leave the index out, or say 0 for each
// of them: another id with a name then begins another call. Another id alone does not: some servers make a new one for
// each fragment.
ToolCall& ChatReader::call_for(const json::object& fragment) {
  const auto* index = fragment.if_contains("index");
  auto& calls = answer_.calls;
  auto id = text_in(fragment, "id");
  ToolCall* last = nullptr;  // of this index
  for (std::size_t i = calls.size(); i-- > 0;) {
    bool same_index = index && index->is_int64() ? indices_[i] == index->get_int64() : i + 1 == calls.size();
    if (!same_index) continue;
    if (id.empty() || calls[i].id.empty() || id == calls[i].id) return calls[i];
    if (!last) last = &calls[i];
  }
  if (last && !begins_call(fragment)) return *last;
  indices_.push_back(index && index->is_int64() ? index->get_int64() : static_cast<std::int64_t>(calls.size()));
  return calls.emplace_back();
}

Response ChatReader::finish() {
  if (!done_ && answer_.finish.empty()) throw truncated_answer(asked_.target);
  if (!any_) throw malformed_answer(asked_.target, "its stream has no choices[0]");
  return to_response(std::move(answer_), std::move(asked_));
}

}  // namespace executus::llm::openai
