// Tokens as a scripted model counts them: four bytes of text are one, rounded up. The same for the same texts.
#pragma once

#include <executus/llm/model.hpp>

namespace executus::llm {

[[nodiscard]] Usage counted_usage(const Request& request, const Message& answer);

}  // namespace executus::llm
