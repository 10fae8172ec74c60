#include "skillpack/skill_set.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::skillpack {
namespace {

std::vector<std::string> names_of(const SkillSet& set) {
  std::vector<std::string> names;
  for (const auto& each : set) {
    names.push_back(each.full_name());
    names.push_back(each.skill->manifest.name);
  }
  return names;
}

Error no_such_skill(const SkillSet& set, std::string_view name) {
  return failed("skillpack.unknown",
                "there is no skill '" + std::string(clip(name, 80)) + "'" + did_you_mean(lowered(name), names_of(set)));
}

}  // namespace

void add_skills(SkillSet& set, const std::shared_ptr<const Pack>& pack, const std::vector<std::string>& names) {
  for (const auto& skill : pack->skills)
    if (names.empty() || std::ranges::find(names, skill.manifest.name) != names.end()) set.push_back({pack, &skill});
}

Result<ChosenSkill> find_skill(const SkillSet& set, std::string_view name) {
  std::vector<const ChosenSkill*> found;
  std::string all;
  for (const auto& each : set) {
    if (each.full_name() == name) return each;
    if (each.skill->manifest.name != name) continue;
    found.push_back(&each);
    all += (all.empty() ? "" : ", ") + each.full_name();
  }
  if (found.empty()) return no_such_skill(set, name);
  if (found.size() == 1) return *found.front();
  return failed("skillpack.ambiguous",
                "more than one pack has a skill '" + std::string(name) + "'; write one of: " + all);
}

}  // namespace executus::skillpack
