#include "run/definition/phase_edges.hpp"

#include <algorithm>

#include <executus/base/json.hpp>

namespace executus::run {
namespace {

using PhaseKind = Phase::Kind;

std::string_view word_of(Condition::Test test) {
  switch (test) {
    case Condition::Test::equals:
      return "equals";
    case Condition::Test::differs:
      return "differs from";
    case Condition::Test::one_of:
      return "is one of";
    case Condition::Test::above:
      return "is above";
    case Condition::Test::below:
      return "is below";
  }
  return "equals";
}

void add_edge(std::vector<PhaseEdge>& edges, std::optional<std::size_t> to, std::string when) {
  if (to) edges.push_back({*to, std::move(when)});
}

}  // namespace

std::optional<std::size_t> phase_after(const std::vector<Phase>& phases, std::size_t index, std::string_view name) {
  if (name == kEndOfRun) return phases.size();
  for (std::size_t i = index + 1; i < phases.size(); ++i)
    if (phases[i].name == name) return i;
  return std::nullopt;
}

std::optional<std::size_t> phase_before(const std::vector<Phase>& phases, std::size_t index, std::string_view name) {
  for (std::size_t i = std::min(index, phases.size()); i-- > 0;)
    if (phases[i].name == name) return i;
  return std::nullopt;
}

std::optional<std::size_t> next_of(const std::vector<Phase>& phases, std::size_t index) {
  const auto& next = phases[index].next;
  return next.empty() ? index + 1 : phase_after(phases, index, next);
}

bool answers_for_run(const std::vector<Phase>& phases, std::size_t index) {
  return !only_decides(phases[index].kind) && next_of(phases, index) == phases.size();
}

bool has_typed_phases(const std::vector<Phase>& phases) {
  return std::ranges::any_of(phases, [](const Phase& phase) { return !phase.output.empty(); });
}

std::vector<PhaseEdge> edges_of(const std::vector<Phase>& phases, std::size_t index) {
  const auto& phase = phases[index];
  std::vector<PhaseEdge> edges;
  if (phase.kind == PhaseKind::branch)
    for (const auto& each : phase.branches) add_edge(edges, phase_after(phases, index, each.next), text_of(each.when));
  if (phase.kind == PhaseKind::repeat)
    add_edge(edges, phase_before(phases, index, phase.repeat.from), "again, until " + text_of(phase.repeat.until));
  add_edge(edges, next_of(phases, index), phase.kind == PhaseKind::branch ? "otherwise" : "");
  return edges;
}

std::string text_of(const std::vector<Condition>& conditions) {
  std::string text;
  for (const auto& each : conditions)
    text += (text.empty() ? "" : " and ") + each.value + " " + std::string(word_of(each.test)) + " " +
            write_json(each.with);
  return text;
}

}  // namespace executus::run
