// What a run's loop works with: the run's own prompt, model and tools, or those of its current phase.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <executus/agent/loop.hpp>
#include <executus/base/boxed.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/run/agent.hpp>
#include <executus/run/skill_packs.hpp>
#include <executus/tool/registry.hpp>

#include "agent/answer_form.hpp"

namespace executus::run {

struct Stage {
  std::string system;  // complete: header, prompt and catalog
  std::string skill_catalog = {};
  std::shared_ptr<llm::Model> model;
  Boxed<std::string> spec = {};                         // of the model, where it is not the run's own
  std::shared_ptr<const llm::Attribution> attribution;  // the resolver's; null: it says none
  tool::Toolbox toolbox;
  llm::ToolSpecs specs;
  int context_tokens = 0;  // of the model; 0: unknown
  int max_steps = 0;
  bool bare = false;  // one call without tools: whatever the model answers is the answer
  std::shared_ptr<const agent::AnswerForm> form = {};  // of the answer, when it is a value; null: it is text
  const MapItems* map = nullptr;                       // of a phase that maps; outlives it
};

[[nodiscard]] inline std::string with_header(const std::string& header, const std::string& prompt) {
  return header.empty() ? prompt : header + "\n\n" + prompt;
}

// `prompt`, and the catalog where the tool is there that gives what it lists.
[[nodiscard]] inline std::string with_skills(const Stage& stage, std::string prompt) {
  if (stage.skill_catalog.empty() || stage.bare || !stage.toolbox.find(kSkillUse)) return prompt;
  return prompt.empty() ? stage.skill_catalog : prompt + "\n\n" + stage.skill_catalog;
}

}  // namespace executus::run
