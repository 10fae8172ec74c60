// Keys of an agent file that are legal and that nothing reads where they stand. Each is a warning, at its value.
#pragma once

#include <string>
#include <vector>

#include <executus/run/agent.hpp>
#include <executus/tool/tool.hpp>

#include "base/yaml/fields.hpp"

namespace executus {

void warn_of_idle_phase_keys(Fields& fields, const Phase& phase);

// `permissions.ask`: what is denied anyway. `own`: the names of the agent's tools.
void warn_of_denied_questions(Fields& permissions, const Permissions& rules, const std::vector<std::string>& own);

// A run that nothing stores cannot wait for a person.
void warn_of_questions_in_memory(Fields& permissions, const Agent& agent);

void warn_of_idle_durable_after(Fields& fields, Durability durability);

// Of a declared tool, whose effect is known.
void warn_of_idle_tool_keys(Fields& fields, tool::Effect effect);

void warn_of_idle_critic_keys(Fields& critic, bool enabled);

// What `tools`, `agents` and `skills` give and no phase takes. `own`: the names of the agent's tools.
void warn_of_tools_without_phase(Fields& fields, const Agent& agent, const std::vector<std::string>& own);

// Of a skill: hosts may ask its store what is due, workers do not.
void warn_of_idle_schedule(Fields& fields);

// With phases the prompt of the agent is read by nothing.
void warn_of_idle_prompt(Fields& fields, const Agent& agent);

}  // namespace executus
