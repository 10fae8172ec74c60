// What an OpenAI-compatible server answers, as a Response. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/model.hpp>

#include "llm/asked.hpp"
#include "llm/openai/kept.hpp"

namespace executus::llm::openai {

// The pieces of an answer, whole or put together from a stream.
struct Answer {
  std::string text;
  std::string refusal;
  std::vector<ToolCall> calls;  // names as on the wire; ids as they came
  Kept kept;                    // what the server wants back
  std::string finish;
  Usage usage;
};

// Ids completed, names turned back, finish reason told from what is there.
[[nodiscard]] Response to_response(Answer answer, Asked asked);

// A body of a response that was not streamed. Throws ModelError: model.malformed, or what an error object in it says.
[[nodiscard]] Response read_response(std::string_view body, Asked asked);

// Parts that whole answers and stream chunks share. Content is one string, or a list of parts; of these only texts
// count: what a part of another type holds ("thinking" with Mistral) is no answer.
[[nodiscard]] std::string content_in(const boost::json::object& message);
[[nodiscard]] std::optional<Usage> usage_in(const boost::json::object& body);
[[nodiscard]] std::string arguments_in(const boost::json::object& function);  // objects as their text

}  // namespace executus::llm::openai
