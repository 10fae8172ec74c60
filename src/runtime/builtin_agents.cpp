#include "runtime/builtin_agents.hpp"

#include <array>
#include <utility>

#include "runtime/researcher_text.hpp"
#include "runtime/reviewer_text.hpp"
#include "runtime/triage_text.hpp"

namespace executus {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kAgents{
    {{"researcher", runtime::kResearcher}, {"reviewer", runtime::kReviewer}, {"triage", runtime::kTriage}}};

}  // namespace

std::optional<std::string_view> builtin_agent(std::string_view name) {
  for (const auto& [known, yaml] : kAgents)
    if (known == name) return yaml;
  return std::nullopt;
}

std::vector<std::string> builtin_agent_names() {
  std::vector<std::string> names;
  for (const auto& [name, yaml] : kAgents) names.emplace_back(name);
  return names;
}

}  // namespace executus
