#include "run/step/phase_prompt.hpp"

#include <utility>

#include "base/text.hpp"

namespace executus::run {

PhasePrompt render_phase_prompt(const std::string& prompt, const Answers& answers) {
  auto rendered = answers.fill(prompt);
  if (rendered.ok()) return {std::move(*rendered), ""};
  return {prompt, rendered.error().message()};
}

std::string salvage(const llm::Transcript& transcript, std::size_t from) {
  std::string all;
  auto add = [&all](const std::string& text) {
    if (!text.empty()) all += (all.empty() ? "" : "\n\n") + text;
  };
  for (std::size_t i = from; i < transcript.size(); ++i) {
    const auto& message = transcript[i];
    if (message.role == llm::Role::assistant) add(message.text());
    for (const auto& result : message.tool_results) add(result.text);
  }
  return std::string(clip_front(all, kSalvagedCharacters));
}

}  // namespace executus::run
