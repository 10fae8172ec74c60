#include "llm/openai/shared/usage.hpp"

#include <algorithm>

namespace executus::llm::openai {

void include_reasoning(Usage& counted, std::int64_t total) {
  if (counted.input + counted.output + counted.reasoning == total) counted.output += counted.reasoning;
  counted.output = std::max(counted.output, counted.reasoning);
}

}  // namespace executus::llm::openai
