// What Gemini says instead of an answer, and not as an error object. Pure.
#pragma once

#include <string>

#include <executus/llm/kit/asked.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm::google {

// The model made no answer that can be used, although the exchange went well: a tool call that cannot be read, a
// history it does not accept.
[[nodiscard]] ModelError unusable_answer(const std::string& finish, const std::string& words, const Asked& asked);

}  // namespace executus::llm::google
