#include "run/step/phase_prompt.hpp"

#include <utility>

#include "base/text.hpp"
#include "run/definition/inputs.hpp"

namespace executus::run {
TemplateVariables prompt_variables(const journal::Checkpoint& checkpoint) {
  TemplateVariables variables;
  auto input = checkpoint.inherited;
  if (input < checkpoint.opening.size()) variables["Query"] = checkpoint.opening[input].text();
  const auto* inputs = checkpoint.admitted.invocation.if_contains("inputs");
  if (inputs && inputs->is_object()) add_input_variables(variables, inputs->get_object());
  for (const auto& phase : checkpoint.phases) variables[phase.name] = phase.output;
  return variables;
}

PhasePrompt render_phase_prompt(const std::string& prompt, const TemplateVariables& variables) {
  auto rendered = render_template(prompt, variables);
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
