// What an OpenAI-compatible server answers, as a Response. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/kit/call_assembly.hpp>
#include <executus/llm/model.hpp>

#include "llm/openai/chat/kept.hpp"

namespace executus::llm::openai {

// The pieces of an answer, whole or put together from a stream.
struct Answer {
  std::string text;
  std::string refusal;
  std::vector<ToolCall> calls;  // names as on the wire; ids as they came; of a stream only in the end
  Kept kept;                    // what the server wants back
  std::string finish;
  Usage usage;
};

// Ids completed, names turned back, finish reason told from what is there.
[[nodiscard]] Response to_response(Answer answer, Asked asked);

// A body of a response that was not streamed. Throws ModelError: model.malformed, or what an error object in it says.
[[nodiscard]] Response read_response(std::string_view body, Asked asked);

// The choice that is read, of a whole answer or of a chunk: the one of `index`, which the first one seen decides; one
// without an index always is. Null: this chunk has none. Throws model.broken when the first choice of all comes after
// another one: two answers are mixed then.
[[nodiscard]] const boost::json::object* choice_in(const boost::json::object& body, std::optional<std::int64_t>& index,
                                                   const Asked& asked);

// A call or a piece of one. The oldest form of the API has a single one, in "function_call".
[[nodiscard]] CallFragment fragment_in(const boost::json::object& call);
[[nodiscard]] std::optional<CallFragment> function_call_in(const boost::json::object& message);

// Parts that whole answers and stream chunks share. Content is one string, or a list of parts; of these only texts
// count: what a part of another type holds ("thinking" with Mistral) is no answer.
[[nodiscard]] std::string content_in(const boost::json::object& message);

// In "usage", of Groq in "x_groq", of Moonshot in a choice.
[[nodiscard]] std::optional<Usage> usage_in(const boost::json::object& body);

// What a message says, in one piece.
[[nodiscard]] Answer answer_in(const boost::json::object& choice, const boost::json::object& message);

}  // namespace executus::llm::openai
