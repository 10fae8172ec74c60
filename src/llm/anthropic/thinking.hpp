// How much a model is to think, in the words of the API. Pure. What the API refuses together is not sent together:
// thinking with a temperature or a forced tool, a budget that is no smaller than max_tokens, thinking that is turned
// off at the highest efforts.
//
// Efforts: low, medium, high, xhigh, max; minimal counts as low, and what a model has not as the next below. Models
// before Opus 4.6 think by a budget, which is at most half of max_tokens: minimal 1024 tokens, low 4096, medium and
// unknown words 10,000, high 20,000, xhigh and max 32,000. "none" turns thinking off; models that always think get low.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include <executus/llm/model.hpp>

#include "llm/anthropic/traits.hpp"

namespace executus::llm::anthropic {

struct ThinkingPlan {
  boost::json::object thinking = {};  // empty: not sent
  std::string effort = {};            // empty: not sent
  int max_tokens = 0;
  Traits::Temperature temperature = Traits::Temperature::taken;
};

// Whether the request's tool choice is sent as a forced one.
[[nodiscard]] bool forces_tools(const Request& request, const Traits& traits);

[[nodiscard]] ThinkingPlan thinking_plan(const Request& request, const Traits& traits);

}  // namespace executus::llm::anthropic
