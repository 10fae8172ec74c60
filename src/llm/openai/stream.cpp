#include "llm/openai/stream.hpp"

#include <utility>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "llm/answer_end.hpp"
#include "llm/answer_errors.hpp"
#include "llm/wire.hpp"

namespace executus::llm::openai {
namespace json = boost::json;

std::string ChatReader::add(std::string_view event) {
  if (done_) return {};
  if (trim(event) == "[DONE]") {
    done_ = true;
    return {};
  }
  auto parsed = parse_answer(event);
  const auto* chunk = parsed ? error_body(*parsed) : nullptr;
  if (!chunk) throw no_json(asked_, "an event of its stream", event);
  throw_if_error(*chunk, asked_);
  auto text = add_chunk(*chunk);
  shown_ += text;
  return text;
}

std::string ChatReader::add_chunk(const json::object& chunk) {
  if (auto usage = usage_in(chunk)) answer_.usage = *usage;
  const auto* choice = choice_in(chunk, choice_, asked_);
  if (!choice) throw_if_told_instead(chunk, asked_);
  if (!choice) return {};
  any_ = true;
  throw_if_error(*choice, asked_);
  answer_.finish = worse_finish(std::move(answer_.finish), text_in(*choice, "finish_reason"));
  return add_choice(*choice, text_in(chunk, "object") == "chat.completion");
}

// A chunk has a delta. Some servers call it message, and some send the whole answer as an event.
std::string ChatReader::add_choice(const json::object& choice, bool is_whole) {
  const auto* delta = object_in(choice, "delta");
  const auto* message = object_in(choice, "message");
  if (message && is_whole) return take_whole(choice, *message);
  if (message && (!delta || delta->empty())) delta = message;
  if (!delta) return {};
  throw_if_error(*delta, asked_);
  return add_delta(*delta);
}

std::string ChatReader::take_whole(const json::object& choice, const json::object& message) {
  throw_if_error(message, asked_);
  auto whole = answer_in(choice, message);
  auto text = whole.text.empty() ? whole.refusal : whole.text;
  if (!text.starts_with(shown_)) throw broken_answer(asked_.target, "its whole is not what its pieces were");
  whole.usage = answer_.usage;
  whole.finish = std::move(answer_.finish);
  calls_ = {};
  for (auto& call : whole.calls)
    (void)calls_.add_whole({{}, std::move(call.id), std::move(call.name), std::move(call.arguments)});
  answer_ = std::move(whole);
  return text.substr(shown_.size());
}

std::string ChatReader::add_delta(const json::object& delta) {
  answer_.kept.add_delta(delta);
  auto refusal = text_in(delta, "refusal");
  answer_.refusal += refusal;
  if (const auto* calls = array_in(delta, "tool_calls"))
    for (const auto& fragment : *calls)
      if (const auto* object = fragment.if_object()) add_call(fragment_in(*object), *object);
  if (const auto* call = object_in(delta, "tool_calls")) add_call(fragment_in(*call), *call);
  if (auto call = function_call_in(delta); call && (calls_.empty() || old_form_)) {
    old_form_ = true;
    add_call(*std::move(call), {});
  }
  auto text = content_in(delta);
  answer_.text += text;
  return text.empty() ? refusal : text;
}

// Arguments that are an object and no text are those of a whole call.
void ChatReader::add_call(CallFragment fragment, const json::object& from) {
  const auto* function = object_in(from, "function");
  bool is_whole = function && object_in(*function, "arguments") && !fragment.arguments.empty();
  auto place = is_whole ? calls_.add_whole(std::move(fragment)) : calls_.add(std::move(fragment));
  if (place != CallAssembly::kNone) answer_.kept.add_call(place, from);
}

void ChatReader::assemble_calls() {
  auto finish = finish_of_word(answer_.finish);
  bool cut = finish == FinishReason::length || finish == FinishReason::refusal;
  auto calls = std::move(calls_).finish(cut ? CallAssembly::End::cut : CallAssembly::End::complete);
  if (!calls) throw broken_answer(asked_.target, calls.error().message());
  answer_.calls = std::move(calls->calls);
  auto extra = std::exchange(answer_.kept.calls, {});
  for (std::size_t i = 0; i < calls->places.size(); ++i)
    if (calls->places[i] < extra.size()) {
      answer_.kept.calls.resize(i + 1);
      answer_.kept.calls[i] = std::move(extra[calls->places[i]]);
    }
}

Response ChatReader::finish() {
  if (!done_ && answer_.finish.empty()) throw truncated_answer(asked_.target);
  if (!any_) throw malformed_answer(asked_.target, "its stream has no choices[0]");
  if (answer_.finish.empty()) throw broken_answer(asked_.target, "its stream ended without a finish_reason");
  assemble_calls();
  return to_response(std::move(answer_), std::move(asked_));
}

}  // namespace executus::llm::openai
