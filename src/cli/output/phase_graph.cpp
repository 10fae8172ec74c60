#include "cli/output/phase_graph.hpp"

#include <algorithm>
#include <vector>

#include "run/definition/phase_edges.hpp"

namespace executus::cli {
namespace {

using PhaseKind = Phase::Kind;

// An agent without phases is one loop, called as the agent is.
std::vector<Phase> phases_of(const Agent& agent) {
  if (!agent.phases.empty()) return agent.phases;
  return {Phase{.name = agent.name, .system_prompt = ""}};
}

// What a phase does besides asking its model.
std::string work_of(const Phase& phase) {
  if (phase.kind == PhaseKind::map)
    return phase.map.agent + " for each of " + phase.map.over + ", " + std::to_string(phase.map.concurrency) +
           " at a time";
  if (phase.kind == PhaseKind::repeat) return std::to_string(phase.repeat.most) + " rounds at most";
  return {};
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string name_at(const std::vector<Phase>& phases, std::size_t place) {
  return place < phases.size() ? phases[place].name : std::string(run::kEndOfRun);
}

// Mermaid takes a quoted label as it is, but for quotes, and for # where it begins an entity.
std::string label(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '"')
      out += "#quot;";
    else if (c == '#')
      out += "#35;";
    else
      out += c;
  }
  return "\"" + out + "\"";
}

std::string node(const Phase& phase, std::size_t place) {
  auto text = phase.name + (work_of(phase).empty() ? "" : ": " + work_of(phase));
  auto id = "p" + std::to_string(place);
  if (run::only_decides(phase.kind)) return id + "{" + label(text) + "}";
  if (phase.kind == PhaseKind::map) return id + "[[" + label(text) + "]]";
  return id + "[" + label(text) + "]";
}

}  // namespace

std::string graph_as_text(const Agent& agent) {
  auto phases = phases_of(agent);
  std::size_t width = 0;
  for (const auto& phase : phases) width = std::max(width, phase.name.size());
  std::string text;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    auto work = work_of(phases[i]);
    text += padded(std::to_string(i + 1), 3) + padded(phases[i].name, width) + "  " +
            padded(std::string(to_string(phases[i].kind)), 6) + (work.empty() ? "" : "  (" + work + ")");
    for (const auto& edge : run::edges_of(phases, i))
      text += "  -> " + name_at(phases, edge.to) + (edge.when.empty() ? "" : " [" + edge.when + "]");
    text += "\n";
  }
  return text;
}

std::string graph_as_mermaid(const Agent& agent) {
  auto phases = phases_of(agent);
  std::string text = "flowchart TD\n";
  for (std::size_t i = 0; i < phases.size(); ++i) text += "  " + node(phases[i], i) + "\n";
  text += "  p" + std::to_string(phases.size()) + "([end])\n";
  for (std::size_t i = 0; i < phases.size(); ++i)
    for (const auto& edge : run::edges_of(phases, i))
      text += "  p" + std::to_string(i) + (edge.when.empty() ? " --> " : " -- " + label(edge.when) + " --> ") + "p" +
              std::to_string(edge.to) + "\n";
  return text;
}

}  // namespace executus::cli
