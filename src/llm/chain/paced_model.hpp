// A model that makes its calls at a pace.
#pragma once

#include <cstdint>
#include <memory>

#include <executus/llm/model.hpp>

#include "llm/chain/pacing.hpp"

namespace executus::llm {

// Each generate() waits until it may be sent. What it asks in tokens is guessed before and set right by the answer's
// usage. A refusal with 429 pauses all that share `pace`, for as long as the server says, or a second.
[[nodiscard]] std::shared_ptr<Model> paced(std::shared_ptr<Model> model, std::shared_ptr<Pace> pace);

// Four bytes a token, a thousand for an image.
[[nodiscard]] std::int64_t estimated_input(const Request& request);
// The same, and up to a thousand for the answer.
[[nodiscard]] std::int64_t estimated_tokens(const Request& request);

}  // namespace executus::llm
