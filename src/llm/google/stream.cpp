#include "llm/google/stream.hpp"

#include <boost/json.hpp>

#include <executus/llm/kit/answer_errors.hpp>

#include "base/text.hpp"

namespace executus::llm::google {

std::string ContentReader::add(std::string_view event) {
  if (trim(event) == "[DONE]") return {};  // gateways with several APIs add it
  std::string text;
  for (const auto& response : event_objects(event, asked_)) text += take(response, answer_, asked_);
  return text;
}

// The usage is read first: used() tells it also when the body is no answer.
Response ContentReader::whole(std::string_view body) {
  take_usage(body, answer_);
  return read_response(body, std::move(asked_));
}

Response ContentReader::finish() {
  if (answer_.finish.empty() && answer_.block.empty()) throw truncated_answer(asked_.target);
  return to_response(std::move(answer_), std::move(asked_));
}

}  // namespace executus::llm::google
