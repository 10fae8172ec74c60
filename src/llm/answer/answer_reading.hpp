// Reads and checks an answer that has to be JSON, and makes the errors for it. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <executus/llm/model.hpp>
#include <executus/llm/structured.hpp>

namespace executus::llm {

// `text` without a code fence, and without the words around the fence. A text that begins like JSON is left alone.
[[nodiscard]] std::string_view unfenced(std::string_view text);

struct AnswerReading {
  boost::json::value value;
  std::vector<std::string> findings;  // empty: the value fits
};
[[nodiscard]] AnswerReading read_answer(const Message& answer, const boost::json::object& schema, AnswerCheck check);

// Throws when the model stopped for a reason that makes the text no answer: model.refused, model.cut.
void throw_if_stopped(const Response& response, const std::string& target);

// model.answer. `attempts`: how often the model was asked.
[[nodiscard]] ModelError unusable_answer(const std::string& target, std::span<const std::string> findings,
                                         int attempts);

}  // namespace executus::llm
