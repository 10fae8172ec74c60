#include "run/amend/definition_change.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "run/calls/delegation.hpp"
#include "run/definition/defined_tools.hpp"
#include "run/definition/phase_edges.hpp"
#include "run/definition/source_declaration.hpp"

namespace executus::run {
namespace {

// What follows from the other members, or says how they were found.
constexpr std::array<std::string_view, 5> kFoundOut{"tools", "source_tools", "model_tier", "session", "skill_catalog"};

const DefinedTool* find_tool(const Agent& agent, std::string_view name) {
  auto found = std::ranges::find(agent.resolved_tools, name, [](const auto& tool) { return tool.spec.name; });
  return found == agent.resolved_tools.end() ? nullptr : &*found;
}

std::string subject(const llm::CallRecord& call) { return "call " + call.call.id + " of '" + call.call.name + "' "; }

// Nothing: the call can go on.
std::string hindrance_of_call(const llm::CallRecord& call, const Agent& before, const Agent& after) {
  const auto* now = find_tool(after, call.call.name);
  const auto* then = find_tool(before, call.call.name);
  if (!then) return {};  // it is answered with an error anyway
  if (!now) return subject(call) + "is open, and the new definition has no such tool";
  bool started = call.dispatches > 0;
  if (started && now->effect != then->effect)
    return subject(call) + "was sent as " + std::string(tool::to_string(then->effect)) + ", and the tool is " +
           std::string(tool::to_string(now->effect)) + " now";
  if (!takes_arguments_of(now->spec.parameters, then->spec.parameters))
    return subject(call) + "is open, and the tool takes other arguments now";
  const auto* child = find_delegate(before.resolved_delegates, call.call.name);
  const auto* new_child = find_delegate(after.resolved_delegates, call.call.name);
  if (started && child && new_child && child->agent != new_child->agent)
    return subject(call) + "is a run that goes on with the old definition of its agent, " + call.key +
           "; upgrade that one, or let it end first";
  return {};
}

bool is_named(const std::string& tool, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns, [&](const auto& pattern) { return matches_glob(pattern, tool); });
}

// A run that goes on asks a source anew that is declared otherwise, and until then has none of its tools.
std::string hindrance_of_source(const llm::CallRecord& call, const journal::Checkpoint& run, const Agent& after) {
  if (!run.offered) return {};
  for (const auto& offer : run.offered->offers) {
    if (std::ranges::find(offer.tools, call.call.name, &journal::OfferedTool::name) == offer.tools.end()) continue;
    if (std::ranges::find(after.declared_tools, offer.declared, declaration_digest) == after.declared_tools.end())
      return subject(call) + "is open, and the new definition declares '" + offer.source + "' otherwise, or not at all";
    if (!is_named(call.call.name, after.source_tools))
      return subject(call) + "is open, and the new definition names no such tool";
  }
  return {};
}

bool same_place(const Phase& a, const Phase& b) { return a.name == b.name && a.kind == b.kind; }

// The items of a map are given to one agent all.
std::string hindrance_of_map(const journal::Checkpoint& run, const Agent& before, const Agent& after) {
  if (!run.phase || run.conversation.steps() == 0) return {};
  const auto& then = before.phases[run.phase->index];
  const auto& now = after.phases[run.phase->index];
  if (then.kind != Phase::Kind::map || then.map.agent == now.map.agent) return {};
  return "phase '" + then.name + "' of the run has begun to give its items to agent '" + then.map.agent +
         "', and the new definition gives them to '" + now.map.agent + "'";
}

// What a branch decided is a name.
std::string hindrance_of_branches(const journal::Checkpoint& run, const Agent& after) {
  for (const auto& ended : run.phases)
    if (after.phases[ended.index].kind == Phase::Kind::branch && !phase_after(after.phases, ended.index, ended.output))
      return "phase '" + ended.name + "' of the run decided on '" + ended.output +
             "', and the new definition has no phase after it that is called so";
  return {};
}

std::string hindrance_of_phases(const journal::Checkpoint& run, const Agent& before, const Agent& after) {
  bool begun = run.conversation.responses() > 0 || run.phase || !run.phases.empty();
  if (!begun) return {};
  if (before.phases.empty() != after.phases.empty())
    return "the run is in the middle of its work, and only one of the definitions has phases";
  std::set<std::size_t> places;
  for (const auto& ended : run.phases) places.insert(ended.index);
  if (run.phase) places.insert(run.phase->index);
  for (auto i : places)
    if (i >= after.phases.size() || !same_place(before.phases[i], after.phases[i]))
      return "phase '" + before.phases[i].name + "' of the run has begun, and the new definition has " +
             (i < after.phases.size() ? "'" + after.phases[i].name + "' in its place" : "no such phase");
  auto of_map = hindrance_of_map(run, before, after);
  return of_map.empty() ? hindrance_of_branches(run, after) : of_map;
}

}  // namespace

std::vector<Redefinition::Change> changes_between(const Agent& before, const Agent& after) {
  auto then = to_json(before), now = to_json(after);
  std::set<std::string> names;
  for (const auto* object : {&then, &now})
    for (const auto& member : *object) names.emplace(member.key());
  for (auto name : kFoundOut) names.erase(std::string(name));
  std::vector<Redefinition::Change> changes;
  for (const auto& name : names) {
    const auto* old_value = then.if_contains(name);
    const auto* new_value = now.if_contains(name);
    if (old_value && new_value && *old_value == *new_value) continue;
    changes.push_back({name, old_value ? *old_value : boost::json::value(nullptr),
                       new_value ? *new_value : boost::json::value(nullptr)});
  }
  return changes;
}

std::vector<std::string> hindrances(const journal::Checkpoint& run, const Agent& before, const Agent& after) {
  std::vector<std::string> all;
  auto add = [&](std::string hindrance) {
    if (!hindrance.empty()) all.push_back(std::move(hindrance));
  };
  if (before.name != after.name)
    add("the run is of agent '" + before.name + "', and the new definition is of '" + after.name + "'");
  add(hindrance_of_phases(run, before, after));
  for (const auto& call : run.conversation.open_batch())
    if (!is_settled(call.state))
      add(hindrance_of_call(call, before, after)), add(hindrance_of_source(call, run, after));
  return all;
}

}  // namespace executus::run
