#include "llm/google/unusable_answer.hpp"

#include <executus/llm/kit/failure.hpp>

namespace executus::llm::google {
ModelError unusable_answer(const std::string& finish, const std::string& words, const Asked& asked) {
  bool stays = finish == "MISSING_THOUGHT_SIGNATURE";
  auto reason = words.empty() ? finish : finish + ": " + quotable(words, asked.secret);
  auto advice = stays ? "; begin a new conversation" : "; ask again";
  return {stays ? Failure::permanent : Failure::transient, stays ? "model.rejected" : "model.malformed",
          asked.target + " gave no usable answer (" + reason + ")" + advice};
}

}  // namespace executus::llm::google
