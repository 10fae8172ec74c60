// What Ollama's /api/chat answers, as a Response. Pure. A whole answer and each line of a stream are the same object,
// so both are read by adding.
//
// Ollama knows no refusals: one is plain text. Reasoning tokens are not counted apart.
#pragma once

#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/kit/call_assembly.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm::ollama {

// The pieces of an answer, put together.
struct Answer {
  std::string text;
  std::string thinking;
  CallAssembly calls;
  std::string done_reason;
  Usage usage;
};

// Adds one object of the answer; returns the text it brought.
std::string add_chunk(Answer& answer, const boost::json::object& chunk);

// Ids completed, names turned back, finish reason told from what is there. Throws model.broken where that is no answer.
[[nodiscard]] Response to_response(Answer answer, Asked asked);

}  // namespace executus::llm::ollama
