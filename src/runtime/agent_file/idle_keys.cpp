#include "runtime/agent_file/idle_keys.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "run/definition/phase_edges.hpp"
#include "run/definition/sub_agents.hpp"

namespace executus {
namespace {

bool fits_any(const std::vector<std::string>& patterns, const std::string& name) {
  return std::ranges::any_of(patterns, [&](const auto& pattern) { return matches_glob(pattern, name); });
}

// The tools that phases name; nothing when one of them takes all there are.
std::optional<std::set<std::string>> taken_by_phases(const std::vector<Phase>& phases) {
  std::set<std::string> taken;
  for (const auto& phase : phases) {
    if (phase.kind == Phase::Kind::prompt || run::only_decides(phase.kind)) continue;
    if (phase.kind == Phase::Kind::map) {
      taken.insert(run::tool_name_of(phase.map));
      continue;
    }
    if (!phase.tools) return std::nullopt;
    taken.insert(phase.tools->begin(), phase.tools->end());
  }
  return taken;
}

}  // namespace

void warn_of_idle_phase_keys(Fields& fields, const Phase& phase) {
  if (fields.has("on_error") && !phase.optional)
    fields.warning("on_error", "'on_error' counts for a phase with 'optional: true' only; here it has no effect");
  if (phase.kind != Phase::Kind::prompt) return;
  if (phase.tools && !phase.tools->empty())
    fields.warning("tools", "a phase of 'kind: prompt' is one call without tools: 'tools' has no effect");
  if (phase.max_iterations > 1)
    fields.warning("max_iterations", "a phase of 'kind: prompt' is one call: 'max_iterations' has no effect");
}

void warn_of_denied_questions(Fields& permissions, const Permissions& rules, const std::vector<std::string>& own) {
  for (std::size_t i = 0; i < rules.ask.size(); ++i) {
    auto asked = own;
    std::erase_if(asked, [&](const auto& name) { return !matches_glob(rules.ask[i], name); });
    auto denied = [&](const auto& name) { return fits_any(rules.deny, name); };
    if (!asked.empty() && std::ranges::all_of(asked, denied))
      permissions.warning_below("ask", pointer_to("", i),
                                "'" + std::string(clip(rules.ask[i], 80)) +
                                    "' has no effect: all it fits is denied, and 'deny' goes before 'ask'");
  }
}

void warn_of_questions_in_memory(Fields& permissions, const Agent& agent) {
  if (agent.durability == Durability::memory && !agent.permissions.ask.empty())
    permissions.warning("ask",
                        "with 'durability: memory' the run ends where it would ask: nothing keeps it for the answer");
}

void warn_of_idle_durable_after(Fields& fields, Durability durability) {
  if (durability != Durability::lazy)
    fields.warning("durable_after",
                   "'durable_after' is how old a run of 'durability: lazy' may get before it is stored; here it has no "
                   "effect");
}

void warn_of_idle_tool_keys(Fields& fields, tool::Effect effect) {
  if (fields.has("settle") && effect != tool::Effect::probeable)
    fields.warning("settle",
                   "'settle' is how long a probe is not believed; without 'effect: probeable' it has no effect");
  const auto* parallel = fields.raw("parallel");
  if (parallel && parallel->is_bool() && !parallel->get_bool() && effect == tool::Effect::pure)
    fields.warning("parallel", "pure tools run side by side all the same; 'effect: idempotent' takes turns");
}

void warn_of_idle_critic_keys(Fields& critic, bool enabled) {
  if (!enabled && critic.has("backstop_multiplier"))
    critic.warning("backstop_multiplier", "'backstop_multiplier' has no effect while the critic is not enabled");
}

void warn_of_tools_without_phase(Fields& fields, const Agent& agent, const std::vector<std::string>& own) {
  auto taken = taken_by_phases(agent.phases);
  if (agent.phases.empty() || !taken) return;
  auto warn_of = [&](const char* key, const std::vector<std::string>& patterns, std::string_view prefix) {
    for (std::size_t i = 0; fields.has(key) && i < patterns.size(); ++i) {
      auto gives = [&](const auto& name) { return matches_glob(std::string(prefix) + patterns[i], name); };
      auto takes = [&](const auto& name) { return gives(name) && taken->contains(name); };
      if (std::ranges::any_of(own, gives) && std::ranges::none_of(own, takes))
        fields.warning_below(key, pointer_to("", i),
                             "'" + std::string(clip(patterns[i], 80)) + "' has no effect: no phase gets it");
    }
  };
  warn_of("tools", agent.tools, "");
  warn_of("agents", agent.agents, run::kAgentTool);
  warn_of("skills", agent.skills, run::kSkillTool);
}

void warn_of_idle_schedule(Fields& fields) {
  if (fields.has("schedule"))
    fields.warning("schedule", "workers start no runs of skills: give the schedule to an agent that has this skill");
}

void warn_of_idle_prompt(Fields& fields, const Agent& agent) {
  if (agent.phases.empty()) return;
  for (const char* key : {"system_prompt", "system_prompt_file"})
    if (fields.has(key))
      fields.warning(key, "'" + std::string(key) + "' has no effect: an agent with phases uses theirs");
}

}  // namespace executus
