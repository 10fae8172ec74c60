#include "llm/openai/chat/stream.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/failure.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"
#include "llm/answer/told_twice.hpp"

namespace executus::llm::openai {
namespace json = boost::json;
namespace {

constexpr std::array<std::string_view, 11> kAnswerFields{
    "content",        "refusal",  "tool_calls", "function_call", "reasoning_content", "reasoning", "reasoning_details",
    "reasoning_text", "thinking", "thought",    "audio"};

// A text of white space alone counts: it may stand within the answer's text.
bool holds_something(const json::value& value) {
  if (const auto* object = value.if_object()) return !object->empty();
  return value.is_string() ? !value.get_string().empty() : reports_something(value);
}

// Empty fields, which servers send beside a role or in their last chunk, carry nothing.
bool carries_answer(const json::object& delta) {
  return std::ranges::any_of(kAnswerFields, [&](std::string_view key) {
    const auto* value = delta.if_contains(key);
    const auto* list = value ? value->if_array() : nullptr;
    return list ? std::ranges::any_of(*list, holds_something) : value && holds_something(*value);
  });
}

// Servers that know several of these fields say the same in each.
std::string reasoning_in(const json::object& delta) {
  for (std::string_view key : {"reasoning_content", "reasoning", "reasoning_text", "thinking", "thought"})
    if (auto text = text_in(delta, key); !text.empty()) return text;
  std::string text;
  if (const auto* blocks = array_in(delta, "reasoning_details"))
    for (const auto& block : *blocks)
      if (const auto* object = block.if_object()) text += text_in(*object, "text") + text_in(*object, "summary");
  return text;
}

bool counts_tokens(const json::object& chunk) { return usage_in(chunk).value_or(Usage{}) != Usage{}; }

// Where each of the pieces' calls is among those of the whole, which are no fewer: by id, the others in their order.
std::vector<std::size_t> places_in_whole(const std::vector<ToolCall>& before, const std::vector<ToolCall>& whole) {
  std::map<std::string_view, std::deque<std::size_t>> by_id;
  for (std::size_t i = 0; i < whole.size(); ++i)
    if (!whole[i].id.empty()) by_id[whole[i].id].push_back(i);
  std::vector<std::size_t> places(before.size(), CallAssembly::kNone);
  std::vector<bool> taken(whole.size(), false);
  for (std::size_t i = 0; i < before.size(); ++i) {
    auto found = by_id.find(before[i].id);
    if (found == by_id.end() || found->second.empty()) continue;
    places[i] = found->second.front();
    taken[places[i]] = true;
    found->second.pop_front();
  }
  std::size_t next = 0;
  for (auto& place : places) {
    if (place != CallAssembly::kNone) continue;
    while (taken[next]) ++next;
    place = next++;
  }
  return places;
}

}  // namespace

std::string ChatReader::add(std::string_view event) {
  if (done_) return {};
  if (trim(event) == "[DONE]") {
    done_ = true;
    return {};
  }
  std::string text;
  for (const auto& chunk : event_objects(event, asked_)) {
    throw_if_error(chunk, asked_);
    text += add_chunk(chunk);
  }
  shown_ += text;
  note_arguments(asides_, calls_, asked_.names);
  return text;
}

std::string ChatReader::add_chunk(const json::object& chunk) {
  if (auto usage = usage_in(chunk)) answer_.usage = *usage;
  const auto* choice = choice_in(chunk, choice_, asked_);
  if (!choice) add_other(chunk);
  if (!choice) return {};
  any_ = true;
  throw_if_error(*choice, asked_);
  auto word = text_in(*choice, "finish_reason");
  bool is_behind = ends_ > 0, says_why = !is_no_word(word);
  ends_ += says_why ? 1 : 0;
  answer_.finish = worse_finish(std::move(answer_.finish), std::move(word));
  grew_ = false;
  bool is_whole = text_in(chunk, "object") == "chat.completion";
  auto text = add_choice(*choice, is_whole);
  said_ = said_ || grew_;
  bool is_by_itself = !grew_ || (is_whole && object_in(*choice, "message"));
  closed_ = closed_ || (says_why && said_ && is_by_itself) || (is_behind && !grew_ && counts_tokens(chunk));
  goes_on_ = goes_on_ || (is_behind && grew_);
  return text;
}

// A chunk without a choice: usage, or what gateways add. Words in it are those of an error where nothing says
// otherwise.
void ChatReader::add_other(const json::object& chunk) {
  closed_ = closed_ || (ends_ > 0 && counts_tokens(chunk));
  bool belongs = usage_in(chunk) || array_in(chunk, "choices") || ends_ > 0;
  if (!belongs || means_an_error(chunk)) throw_if_told_instead(chunk, asked_);
}

// A chunk has a delta. Some servers call it message, and some send the whole answer as an event: by itself, or beside
// a delta that says nothing once something was said in deltas.
std::string ChatReader::add_choice(const json::object& choice, bool is_whole) {
  const auto* delta = object_in(choice, "delta");
  const auto* message = object_in(choice, "message");
  if (delta) throw_if_error(*delta, asked_);
  bool is_delta = delta && carries_answer(*delta);
  if (message && (is_whole || (said_in_deltas_ && !is_delta))) return take_whole(choice, *message);
  if (message && !is_delta) {
    delta = piece_of(choice, delta, message);
    throw_if_error(*delta, asked_);
  }
  if (!delta) return {};
  grew_ = is_delta || carries_answer(*delta);
  said_in_deltas_ = said_in_deltas_ || is_delta;
  return add_delta(*delta);
}

// Beside a delta with empty fields, a message is the answer only where a reason to end comes with it: what the deltas
// to come will say could be the same.
const json::object* ChatReader::piece_of(const json::object& choice, const json::object* delta,
                                         const json::object* message) {
  if (!carries_answer(*message)) return message;
  if (delta && !delta->empty() && is_no_word(text_in(choice, "finish_reason"))) {
    passed_over_ = true;
    return delta;
  }
  if (passed_over_) throw broken_answer(asked_.target, "its messages are neither pieces nor the whole");
  return message;
}

std::string ChatReader::take_whole(const json::object& choice, const json::object& message) {
  throw_if_error(message, asked_);
  auto whole = answer_in(choice, message);
  auto text = told_twice(answer_.text, std::move(whole.text));
  auto refusal = told_twice(answer_.refusal, std::move(whole.refusal));
  if (!text || !refusal) throw broken_answer(asked_.target, "its whole is not what its pieces were");
  grew_ = *text != answer_.text || *refusal != answer_.refusal;
  answer_.text = *std::move(text);
  answer_.refusal = *std::move(refusal);
  if (!whole.kept.message.empty()) answer_.kept.message = std::move(whole.kept.message);
  if (!whole.calls.empty()) {
    answer_.kept.calls = std::move(whole.kept.calls);
    take_whole_calls(std::move(whole.calls));
  }
  const auto& said = answer_.text.empty() ? answer_.refusal : answer_.text;
  return said.starts_with(shown_) ? said.substr(shown_.size()) : std::string();
}

// When the pieces of several calls cannot be told apart, the calls of the whole message count.
void ChatReader::take_whole_calls(std::vector<ToolCall> calls) {
  if (calls.size() > kMostStreamedCalls) throw broken_answer(asked_.target, "it has too many tool calls");
  bool had_pieces = !calls_.empty();
  if (!lay_over_pieces(calls)) throw broken_answer(asked_.target, "the calls of its whole are not those of its pieces");
  for (auto& call : calls)
    (void)calls_.add_whole({{}, std::move(call.id), std::move(call.name), std::move(call.arguments)});
  if (had_pieces) (void)calls_.take_pieces();  // they were shown
}

// Takes the pieces. False: they differ.
bool ChatReader::lay_over_pieces(std::vector<ToolCall>& calls) {
  auto pieces = std::exchange(calls_, {}).finish(CallAssembly::End::cut);
  auto before = pieces ? std::move(pieces->calls) : std::vector<ToolCall>();
  grew_ = grew_ || before.size() != calls.size();
  if (before.size() > calls.size()) return false;
  auto places = places_in_whole(before, calls);
  for (std::size_t i = 0; i < before.size(); ++i) {
    auto& said = before[i].arguments;
    auto& whole = calls[places[i]];
    if (said == kCutArguments) said.clear();
    auto arguments = arguments_told_twice(said, std::move(whole.arguments));
    if (!arguments || before[i].name != whole.name) return false;
    grew_ = grew_ || *arguments != said;
    whole.arguments = *std::move(arguments);
  }
  return true;
}

std::string ChatReader::add_delta(const json::object& delta) {
  answer_.kept.add_delta(delta);
  note_reasoning(asides_, reasoning_in(delta));
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
  if (is_whole && calls_.repeated(fragment) != CallAssembly::kNone) return;
  auto place = is_whole ? calls_.add_whole(std::move(fragment)) : calls_.add(std::move(fragment));
  if (calls_.size() > kMostStreamedCalls) throw broken_answer(asked_.target, "it has too many tool calls");
  if (place != CallAssembly::kNone) answer_.kept.add_call(place, from);
}

void ChatReader::assemble_calls() {
  auto finish = finish_of_word(answer_.finish);
  bool cut = finish == FinishReason::length || finish == FinishReason::refusal;
  auto calls = std::move(calls_).finish(cut ? CallAssembly::End::cut : CallAssembly::End::complete);
  if (!calls) throw broken_answer(asked_.target, quotable(calls.error().message(), asked_.secret));
  answer_.calls = std::move(calls->calls);
  auto extra = std::exchange(answer_.kept.calls, {});
  for (std::size_t i = 0; i < calls->places.size(); ++i)
    if (calls->places[i] < extra.size()) {
      answer_.kept.calls.resize(i + 1);
      answer_.kept.calls[i] = std::move(extra[calls->places[i]]);
    }
}

// The usage is read first: used() tells it also when the body is no answer.
Response ChatReader::whole(std::string_view body) {
  auto parsed = parse_answer(body);
  if (const auto* object = parsed ? parsed->if_object() : nullptr) answer_.usage = usage_in(*object).value_or(Usage{});
  return read_response(body, std::move(asked_));
}

bool ChatReader::is_ended_body(const json::object& body) const {
  auto index = choice_;
  const auto* choice = choice_in(body, index, asked_);
  bool is_whole = text_in(body, "object") == "chat.completion" && choice && object_in(*choice, "message");
  return is_whole && !is_no_word(text_in(*choice, "finish_reason"));
}

Response ChatReader::finish() {
  if (!done_ && answer_.finish.empty()) throw truncated_answer(asked_.target);
  if (!any_) throw malformed_answer(asked_.target, "its stream has no choices[0]");
  if (answer_.finish.empty()) throw broken_answer(asked_.target, "its stream ended without a finish_reason");
  assemble_calls();
  return to_response(std::move(answer_), std::move(asked_));
}

}  // namespace executus::llm::openai
