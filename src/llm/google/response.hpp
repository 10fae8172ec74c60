// What the API answers, as a Response. Pure.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/model.hpp>

#include "llm/google/parts.hpp"

namespace executus::llm::google {

// The pieces of an answer, whole or put together from a stream.
struct Answer {
  Parts parts;
  std::string finish;          // finishReason of the candidate
  std::string finish_message;  // what the API adds to it
  std::string block;           // why the prompt was blocked
  boost::json::object usage;
  bool has_candidate = false;
  std::vector<Aside> asides;  // that were not told yet
};

// One GenerateContentResponse: a whole answer, or a piece of a streamed one. Returns the text it adds. Throws what an
// error in it says.
std::string take(const boost::json::object& response, Answer& answer, const Asked& asked);

// Only what a body that came in one piece says of what it used.
void take_usage(std::string_view body, Answer& answer);

// The usage that the API's own counts mean.
[[nodiscard]] Usage usage_of(const boost::json::object& usage);

// Calls completed, the finish told from what is there; a refusal without text says why instead. Throws ModelError when
// the model made nothing that can be used, such as a call that cannot be read.
[[nodiscard]] Response to_response(Answer answer, Asked asked);

// A body that came in one piece, or a list of pieces, as streams are without alt=sse. Throws ModelError:
// model.malformed, model.truncated, or what an error in it says.
[[nodiscard]] Response read_response(std::string_view body, Asked asked);

}  // namespace executus::llm::google
