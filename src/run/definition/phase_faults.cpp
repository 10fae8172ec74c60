#include "run/definition/phase_faults.hpp"

#include <algorithm>
#include <optional>

#include <boost/json.hpp>

#include <executus/base/error.hpp>
#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/template_text.hpp"
#include "base/text.hpp"
#include "run/definition/phase_edges.hpp"

namespace executus::run {
namespace {

using PhaseKind = Phase::Kind;

// The last phase before `index` that is called as the name begins.
const Phase* phase_named(const Agent& agent, std::size_t index, std::string_view name) {
  auto at = phase_before(agent.phases, index, name);
  return at ? &agent.phases[*at] : nullptr;
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
      if (agent_.phases[i].kind == PhaseKind::branch) check_branch(i);
      if (agent_.phases[i].kind == PhaseKind::repeat) check_repeat(i);
      if (!agent_.phases[i].next.empty()) check_target(i, "next", agent_.phases[i].next);
      if (!agent_.output.empty()) check_ending(i);
      if (agent_.phases[i].name == kEndOfRun && chooses())
        add(i, "name", "'end' is the end of the run where phases choose what follows; give this phase another name");
    }
    if (faults_.empty()) find_unreachable();
    return std::move(faults_);
  }

 private:
  void add(std::size_t i, std::string key, std::string message) {
    faults_.push_back({i, std::move(key), std::move(message)});
  }
  bool chooses() const {
    return std::ranges::any_of(
        agent_.phases, [](const Phase& phase) { return phase.kind == PhaseKind::branch || !phase.next.empty(); });
  }
  bool answers(std::size_t i) const { return answers_for_run(agent_.phases, i); }

  void check_output(std::size_t i) {
    if (agent_.phases[i].kind == PhaseKind::map)
      return add(i, "output", "the output of a phase that maps is the list of its results: it takes no 'output'");
    if (only_decides(agent_.phases[i].kind)) return add(i, "output", "this phase asks no model: it takes no 'output'");
    if (auto wrong = check_schema(agent_.phases[i].output)) return add(i, "output", "'output': " + wrong->message());
    if (answers(i) && !agent_.output.empty())
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
  }

  // The run's answer is a value: what ends it has to give that.
  void check_ending(std::size_t i) {
    const auto& phase = agent_.phases[i];
    bool asks = phase.kind == PhaseKind::loop || phase.kind == PhaseKind::prompt;
    bool ends = std::ranges::any_of(edges_of(agent_.phases, i),
                                    [&](const auto& edge) { return edge.to == agent_.phases.size(); });
    if (ends && !asks)
      add(i, "kind", "with 'output' of the agent the last phase has to answer itself: add a phase after this one");
  }

  void check_target(std::size_t i, std::string key, const std::string& name) {
    if (phase_after(agent_.phases, i, name)) return;
    std::vector<std::string> later{std::string(kEndOfRun)};
    for (std::size_t j = i + 1; j < agent_.phases.size(); ++j) later.push_back(agent_.phases[j].name);
    add(i, std::move(key),
        "no phase after this one is called '" + std::string(clip(name, 80)) + "'" + did_you_mean(name, later) +
            "; it names a later one, or 'end'");
  }

  void check_branch(std::size_t i) {
    const auto& cases = agent_.phases[i].branches;
    if (cases.empty()) return add(i, "cases", "a branch needs cases: {when: {value: ..., equals: ...}, next: PHASE}");
    for (std::size_t c = 0; c < cases.size(); ++c) {
      auto at = "cases/" + std::to_string(c);
      check_conditions(i, at + "/when", cases[c].when);
      check_target(i, at + "/next", cases[c].next);
    }
  }

  void check_repeat(std::size_t i) {
    const auto& repeat = agent_.phases[i].repeat;
    if (!phase_before(agent_.phases, i, repeat.from))
      add(i, "from", "no phase before this one is called '" + std::string(clip(repeat.from, 80)) + "'");
    if (repeat.most < 1) add(i, "most", "'most' has to be given: how many rounds there are at most, 1 or more");
    check_conditions(i, "until", repeat.until);
  }

  void check_conditions(std::size_t i, const std::string& key, const std::vector<Condition>& conditions) {
    if (conditions.empty()) return add(i, key, "a condition is missing: {value: \"{{PHASE.member}}\", equals: ...}");
    for (const auto& each : conditions)
      if (auto wrong = wrong_with(i, each); !wrong.empty()) add(i, key, wrong);
  }

  // "" when it may hold.
  std::string wrong_with(std::size_t i, const Condition& condition) const {
    using enum Condition::Test;
    auto name = only_template_name(condition.value);
    if (!name) return "'value' names what is looked at, as in \"{{plan.kind}}\"";
    bool compares = condition.test == above || condition.test == below;
    if (compares && !condition.with.is_number()) return "'above' and 'below' take a number";
    if (condition.test == one_of && !condition.with.is_array()) return "'one_of' takes a list";
    auto [first, rest] = split_name(*name);
    if (first == "inputs" || *name == "Query" || *name == "round") return "";
    const auto* phase = phase_named(agent_, i, first);
    if (!phase) return "'" + condition.value + "': no phase before this one is called '" + std::string(first) + "'";
    auto part = phase->output.empty() && !rest.empty() ? SchemaMember{SchemaMember::Is::absent}
                                                       : schema_member(phase->output, rest);
    if (part.is == SchemaMember::Is::absent)
      return "'" + condition.value + "': the output of phase '" + phase->name + "' has no such member";
    return phase->output.empty() ? "" : never_fits(condition, part);
  }

  // Of a value that its schema has no room for: a slip of the pen.
  static std::string never_fits(const Condition& condition, const SchemaMember& part) {
    if (part.is != SchemaMember::Is::declared || !part.schema) return "";
    if (check_schema(*part.schema))
      return "";  // wrong, which is said elsewhere, or with references to what it is part of
    boost::json::array one{condition.with};
    const auto& values = condition.test == Condition::Test::one_of ? condition.with.get_array() : one;
    bool compares = condition.test == Condition::Test::above || condition.test == Condition::Test::below;
    for (const auto& each : values)
      if (!each.is_null() && !compares && !validate(*part.schema, each).empty())
        return "'" + condition.value + "' is never " + write_json(each) + ", as the phase's 'output' says";
    return "";
  }

  void find_unreachable() {
    std::vector<bool> reached(agent_.phases.size() + 1);
    std::vector<std::size_t> open{0};
    while (!open.empty()) {
      auto at = open.back();
      open.pop_back();
      if (at > agent_.phases.size() || reached[at]) continue;
      reached[at] = true;
      if (at == agent_.phases.size()) continue;
      for (const auto& edge : edges_of(agent_.phases, at)) open.push_back(edge.to);
    }
    for (std::size_t i = 0; i < agent_.phases.size(); ++i)
      if (!reached[i]) add(i, "name", "phase '" + agent_.phases[i].name + "' is never reached: no phase leads to it");
  }

  void check_list(std::size_t i) {
    const auto& over = agent_.phases[i].map.over;
    auto name = only_template_name(over);
    if (!name) return add(i, "over", "'over' names one list, as in \"{{plan.items}}\"");
    auto [first, rest] = split_name(*name);
    if (first == "inputs" && !rest.empty()) return;
    const auto* phase = phase_named(agent_, i, first);
    if (!phase)
      return add(i, "over", "'" + over + "': no phase before this one is called '" + std::string(first) + "'");
    if (phase->kind != PhaseKind::map && phase->output.empty())
      return add(i, "over", "phase '" + phase->name + "' answers with text, not with a list; give it an 'output'");
    auto list = list_of_map(agent_, i);
    if (list.is == SchemaMember::Is::absent || (phase->kind == PhaseKind::map && !rest.empty()))
      return add(i, "over", "'" + over + "': the output of phase '" + phase->name + "' has no such member");
    if (schema_of_items(list).is == SchemaMember::Is::absent) add(i, "over", "'" + over + "' is no list");
  }

  const Agent& agent_;
  const std::vector<std::string>& agents_;
  std::vector<PhaseFault> faults_;
};

}  // namespace

std::vector<PhaseFault> faults_of_phases(const Agent& agent, const std::vector<std::string>& agents) {
  return Faults(agent, agents).find();
}

SchemaMember list_of_map(const Agent& agent, std::size_t index) {
  auto name = only_template_name(agent.phases[index].map.over);
  if (!name) return {};
  auto [first, rest] = split_name(*name);
  const auto* phase = phase_named(agent, index, first);
  return phase && !phase->output.empty() ? schema_member(phase->output, rest) : SchemaMember{};
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
