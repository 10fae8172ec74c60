#include "run/definition/sub_agents.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "run/definition/output.hpp"

namespace executus::run {
namespace {

constexpr std::size_t kLongestName = 64 - kAgentTool.size();  // a tool's name has 64 characters

bool fits_a_tool(std::string_view name) {
  auto fits = [](char c) { return is_ascii_alphanumeric(c) || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= kLongestName && std::all_of(name.begin(), name.end(), fits);
}

Error refused(const Agent& agent, const std::string& why) {
  return failed("submission.sub_agents", "agent '" + agent.name + "' cannot be run: " + why);
}

void check_level(const Agent& agent, int level) {
  if (!agent.output.empty()) check_output(agent);
  if (!agent.sub_agents.empty() && level == kDeepestSubAgents)
    throw refused(agent, "sub_agents are nested deeper than " + std::to_string(kDeepestSubAgents) +
                             " levels, and it has some more; take levels out");
  std::set<std::string_view> names;
  for (const auto& sub : agent.sub_agents) {
    if (!fits_a_tool(sub.name))
      throw refused(agent, "a sub-agent is named '" + std::string(clip(sub.name, 80)) +
                               "'; as the tool agent__NAME it needs a name of letters, digits, '_' and '-', at most " +
                               std::to_string(kLongestName) + " of them");
    if (!names.insert(sub.name).second)
      throw refused(agent, "two of its sub_agents are named '" + sub.name + "'; rename one of them");
    check_level(sub, level + 1);
  }
}

}  // namespace

void check_sub_agents(const Agent& agent) { check_level(agent, 0); }

}  // namespace executus::run
