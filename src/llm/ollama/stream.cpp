#include "llm/ollama/stream.hpp"

#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/answer_end.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"

namespace executus::llm::ollama {

namespace json = boost::json;

std::string ChatReader::add(std::string_view event) {
  if (done_ || trim(event).empty() || trim(event) == "[DONE]") return {};
  auto value = lines_.add(event);
  if (!value) throw no_json(asked_, "it", event);
  if (!*value) return {};
  const auto* chunk = (*value)->if_object();
  if (!chunk) throw malformed_answer(asked_.target, "a line of it is no JSON object");
  return add_object(*chunk);
}

std::string ChatReader::add_object(const json::object& chunk) {
  throw_if_error(chunk, asked_);
  if (const auto* message = object_in(chunk, "message")) throw_if_error(*message, asked_);
  if (!object_in(chunk, "message") && !chunk.contains("done")) throw_if_told_instead(chunk, asked_);
  ++objects_;
  any_ = any_ || object_in(chunk, "message");
  const auto* done = chunk.if_contains("done");
  done_ = done && done->is_bool() && done->get_bool();
  goes_on_ = done && !done_;
  auto text = add_chunk(answer_, chunk);
  if (const auto* message = object_in(chunk, "message")) note_reasoning(asides_, text_in(*message, "thinking"));
  note_arguments(asides_, answer_.calls, asked_.names);
  return text;
}

Response ChatReader::whole(std::string_view body) {
  while (!body.empty()) {
    auto end = body.find('\n');
    (void)add(body.substr(0, end));
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
  }
  if (lines_.pending()) throw malformed_answer(asked_.target, "its JSON breaks off");
  if (!done_ && (goes_on_ || objects_ > 1)) throw truncated_answer(asked_.target);
  return respond();
}

bool ChatReader::is_ended_body(const json::object& body) const {
  const auto* done = body.if_contains("done");
  return done && *done == true && !is_no_word(text_in(body, "done_reason"));
}

Response ChatReader::finish() {
  if (!done_) throw truncated_answer(asked_.target);
  return respond();
}

// Ollama leaves the reason out where the generation was broken off within: what is there is then the half of an answer.
// Servers that imitate it may leave out "done" as well; there a text is taken as it is, and calls may be cut.
Response ChatReader::respond() {
  if (!any_) throw malformed_answer(asked_.target, "it has no message");
  bool says_why = !is_no_word(answer_.done_reason);
  if (!says_why && (done_ || !answer_.calls.empty()))
    throw broken_answer(asked_.target, done_ ? "it is done and has no done_reason" : "it calls tools and is not done");
  return to_response(std::move(answer_), std::move(asked_));
}

}  // namespace executus::llm::ollama
