#include "runtime/agent_file/tool_pattern.hpp"

#include <algorithm>

#include <executus/run/skill_packs.hpp>

#include "base/text.hpp"

namespace executus {

std::string wrong_with_pattern(std::string_view key, const std::string& pattern,
                               const std::vector<std::string>& names) {
  if (std::ranges::any_of(names, [&](const auto& name) { return matches_glob(pattern, name); })) return "";
  std::string shown = "'" + std::string(clip(pattern, 80)) + "'";
  bool glob = pattern.find_first_of("*?") != std::string::npos;
  bool delegates = key == "tools" && (pattern.starts_with("agent__") || pattern.starts_with("skill__"));
  if (delegates) return "unknown tool " + shown + ": name whom it delegates to under 'agents' or 'skills'";
  if (key == "tools" && pattern == kSkillUse) return "unknown tool " + shown + ": agents with 'skill_packs' have it";
  return glob ? "no tool matches " + shown : "unknown tool " + shown + did_you_mean(pattern, names);
}

}  // namespace executus
