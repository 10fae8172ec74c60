// Reasoning tokens, which servers count as part of the output or beside it. Pure.
#pragma once

#include <cstdint>

#include <executus/llm/model.hpp>

namespace executus::llm::openai {

// Makes `counted.reasoning` a part of `counted.output`. Most servers count so; xAI and others count reasoning beside
// the output (docs.x.ai, "Consumption and rate limits"), which shows in the total. `total`: 0 when not told.
void include_reasoning(Usage& counted, std::int64_t total);

}  // namespace executus::llm::openai
