#include <executus/agent/skill.hpp>

namespace executus::agent {
namespace {

class ClockTool final : public tool::Tool {
 public:
  explicit ClockTool(const Clock& clock) : clock_(clock) {
    info_.spec = {"clock", "Tells the present date and time, UTC.", {{"type", "object"}}};
    info_.effect = tool::Effect::pure;
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call) override {
    tool::Outcome done = tool::Done{rfc3339(clock_.wall()), {}};
    co_return done;
  }

 private:
  const Clock& clock_;
  tool::ToolInfo info_;
};

}  // namespace

void add_skill(std::string& system_prompt, tool::Toolbox& toolbox, const Skill& skill) {
  tool::Toolbox both = toolbox;
  for (const auto& tool : skill.tools) both.add(tool);
  toolbox = std::move(both);
  if (!system_prompt.empty() && !skill.instructions.empty()) system_prompt += "\n\n";
  system_prompt += skill.instructions;
}

Skill clock_skill(const Clock& clock) {
  return {"You do not know the time by yourself: call `clock` before you say anything that depends on it.",
          {std::make_shared<ClockTool>(clock)}};
}

}  // namespace executus::agent
