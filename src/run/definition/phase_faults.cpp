#include "run/definition/phase_faults.hpp"

#include <algorithm>
#include <optional>

#include <executus/base/error.hpp>
#include <executus/base/json_schema.hpp>

#include "base/template_text.hpp"
#include "base/text.hpp"

namespace executus::run {
namespace {

using PhaseKind = Phase::Kind;

// The name in a text that is one {{name}} and nothing besides.
std::optional<std::string> only_name_in(const std::string& text) {
  bool malformed = false;
  auto names = template_names(text, [&](std::size_t, const Error&) { malformed = true; });
  if (malformed || names.size() != 1 || names[0].token != trim(text)) return std::nullopt;
  return names[0].name;
}

// The last phase before `index` that is called as the name begins.
const Phase* phase_named(const Agent& agent, std::size_t index, std::string_view name) {
  for (std::size_t i = std::min(index, agent.phases.size()); i-- > 0;)
    if (agent.phases[i].name == name) return &agent.phases[i];
  return nullptr;
}

struct Path {
  std::string_view first, rest;
};
Path split_name(std::string_view name) {
  auto dot = name.find('.');
  if (dot == std::string_view::npos) return {name, {}};
  return {name.substr(0, dot), name.substr(dot + 1)};
}

class Faults {
 public:
  Faults(const Agent& agent, const std::vector<std::string>& agents) : agent_(agent), agents_(agents) {}

  std::vector<PhaseFault> find() {
    for (std::size_t i = 0; i < agent_.phases.size(); ++i) {
      if (!agent_.phases[i].output.empty()) check_output(i);
      if (agent_.phases[i].kind == PhaseKind::map) check_map(i);
    }
    return std::move(faults_);
  }

 private:
  void add(std::size_t i, std::string key, std::string message) {
    faults_.push_back({i, std::move(key), std::move(message)});
  }
  bool is_last(std::size_t i) const { return i + 1 == agent_.phases.size(); }

  void check_output(std::size_t i) {
    if (agent_.phases[i].kind == PhaseKind::map)
      return add(i, "output", "the output of a phase that maps is the list of its results: it takes no 'output'");
    if (auto wrong = check_schema(agent_.phases[i].output)) return add(i, "output", "'output': " + wrong->message());
    if (is_last(i) && !agent_.output.empty())
      add(i, "output", "the answer of the last phase is the run's, and the agent's own 'output' says what that is");
  }

  void check_map(std::size_t i) {
    const auto& map = agent_.phases[i].map;
    check_list(i);
    if (std::ranges::find(agents_, map.agent) == agents_.end())
      add(i, "agent",
          map.agent.empty()
              ? "'agent' is missing: whom each item is given to, one of the agent's 'agents'"
              : "'" + std::string(clip(map.agent, 80)) + "' is none of the agents that this one may delegate to" +
                    did_you_mean(map.agent, agents_) + "; list it under 'agents'");
    if (map.concurrency < 1) add(i, "concurrency", "'concurrency' has to be at least 1");
    if (is_last(i) && !agent_.output.empty())
      add(i, "kind", "with 'output' of the agent the last phase has to answer itself: add a phase after this map");
  }

  void check_list(std::size_t i) {
    const auto& over = agent_.phases[i].map.over;
    auto name = only_name_in(over);
    if (!name) return add(i, "over", "'over' names one list, as in \"{{plan.items}}\"");
    auto [first, rest] = split_name(*name);
    if (first == "inputs" && !rest.empty()) return;
    const auto* phase = phase_named(agent_, i, first);
    if (!phase)
      return add(i, "over", "'" + over + "': no phase before this one is called '" + std::string(first) + "'");
    if (phase->kind != PhaseKind::map && phase->output.empty())
      return add(i, "over", "phase '" + phase->name + "' answers with text, not with a list; give it an 'output'");
    auto list = list_of_map(agent_, i);
    if (list.is == SchemaPart::Is::absent || (phase->kind == PhaseKind::map && !rest.empty()))
      return add(i, "over", "'" + over + "': the output of phase '" + phase->name + "' has no such member");
    if (schema_of_items(list).is == SchemaPart::Is::absent) add(i, "over", "'" + over + "' is no list");
  }

  const Agent& agent_;
  const std::vector<std::string>& agents_;
  std::vector<PhaseFault> faults_;
};

}  // namespace

std::vector<PhaseFault> faults_of_phases(const Agent& agent, const std::vector<std::string>& agents) {
  return Faults(agent, agents).find();
}

SchemaPart list_of_map(const Agent& agent, std::size_t index) {
  auto name = only_name_in(agent.phases[index].map.over);
  if (!name) return {};
  auto [first, rest] = split_name(*name);
  const auto* phase = phase_named(agent, index, first);
  return phase && !phase->output.empty() ? schema_part(phase->output, rest) : SchemaPart{};
}

void check_phases(const Agent& agent) {
  std::vector<std::string> agents;
  for (const auto& delegate : agent.resolved_delegates)
    if (delegate.kind == DefinedDelegate::Kind::agent) agents.push_back(delegate.name);
  auto faults = faults_of_phases(agent, agents);
  if (faults.empty()) return;
  throw failed("submission.phases", "agent '" + agent.name + "' cannot be run: phase '" +
                                        agent.phases[faults.front().phase].name + "', " + faults.front().key + ": " +
                                        faults.front().message);
}

}  // namespace executus::run
