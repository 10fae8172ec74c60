// The prompt of the model that decides about an idle run.
#pragma once

#include <string>

#include <executus/critic/escalator.hpp>

namespace executus::critic {

// The system prompt, with the schema of the answer.
[[nodiscard]] std::string escalator_instructions();

// The run as it stands, as JSON.
[[nodiscard]] std::string escalator_question(const Situation& situation);

}  // namespace executus::critic
