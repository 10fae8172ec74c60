// A loop skill: instructions and the tools they speak of, added to what an agent has.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/tool/registry.hpp>

namespace executus::agent {

struct Skill {
  std::string instructions;
  std::vector<std::shared_ptr<tool::Tool>> tools;
};

// Appends the instructions to the prompt and the tools to the toolbox. Throws Error "tool.duplicate" when a name is
// taken; then nothing was changed.
void add_skill(std::string& system_prompt, tool::Toolbox& toolbox, const Skill& skill);

// The example: a tool `clock` that tells the time (UTC), and when to use it. The clock outlives the tool.
[[nodiscard]] Skill clock_skill(const Clock& clock);

}  // namespace executus::agent
