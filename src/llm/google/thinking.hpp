// How much a model is to think, in the words of the API. Pure.
//
// Gemini 3 has levels: none and minimal are the lowest of the model (MINIMAL or LOW), low, medium and high themselves,
// xhigh and max HIGH; other words go as they are, and the API says what it makes of them. Gemini 2.5 has budgets of
// tokens: none is off (2.5 Pro thinks at least 128 tokens), minimal 512, low 2048, medium 8192, high, xhigh and max the
// most of the model, other words its own choice. Thinking is never asked to be shown.
#pragma once

#include <string_view>

#include <boost/json/object.hpp>

#include "llm/google/traits.hpp"

namespace executus::llm::google {

// Empty: the request sends no thinkingConfig.
[[nodiscard]] boost::json::object thinking_config(std::string_view effort, const Traits& traits);

}  // namespace executus::llm::google
