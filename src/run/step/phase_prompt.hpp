// What a phase is told, and what a phase that ran out of steps leaves behind. Pure.
#pragma once

#include <string>

#include <executus/journal/checkpoint.hpp>

#include "run/step/answers.hpp"

namespace executus::run {

struct PhasePrompt {
  std::string text;
  std::string warning;  // why the template could not be rendered, and is sent as it is; empty: it was rendered
};
[[nodiscard]] PhasePrompt render_phase_prompt(const std::string& prompt, const Answers& answers);

inline constexpr std::size_t kSalvagedCharacters = 4'000;

// The end of what was said and found in a conversation from message `from` on, at most kSalvagedCharacters.
[[nodiscard]] std::string salvage(const llm::Transcript& transcript, std::size_t from = 0);

}  // namespace executus::run
