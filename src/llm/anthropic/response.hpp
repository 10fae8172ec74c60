// What the API answers, as a Response. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/model.hpp>

#include "llm/anthropic/blocks.hpp"

namespace executus::llm::anthropic {

// The pieces of an answer, whole or put together from a stream.
struct Answer {
  std::vector<Block> blocks;
  std::string stop_reason;
  std::string refusal;  // why the model declined, when the API says
  boost::json::object usage;
};

// The usage that the API's own counts mean.
[[nodiscard]] Usage usage_of(const boost::json::object& usage);

// Calls completed, the finish told from what is there. A refusal without text says why instead.
[[nodiscard]] Response to_response(Answer answer, Asked asked);

// A body that came in one piece. Throws ModelError: model.malformed, or what an error object in it says.
[[nodiscard]] Response read_response(std::string_view body, Asked asked);

// An event of a stream that is a whole answer: {"type": "message", "content": [...]}.
[[nodiscard]] bool is_whole_message(const boost::json::object& body);
[[nodiscard]] Answer answer_in(const boost::json::object& message);

// Parts that whole answers and stream events share.
[[nodiscard]] Block block_in(const boost::json::object& content_block);
[[nodiscard]] std::string refusal_in(const boost::json::object& message);  // or the delta of one

// Throws what {"type": "error", "error": {"type", "message"}} says; nothing happens where there is no error. Types are
// the API's names for statuses: overloaded_error is 529 and passes, as rate_limit_error and api_error do.
void throw_if_api_error(const boost::json::object& body, const Asked& asked);

}  // namespace executus::llm::anthropic
