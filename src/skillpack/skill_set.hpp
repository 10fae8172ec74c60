// The skills of one run: those of its packs that it names.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/skillpack/pack.hpp>

namespace executus::skillpack {

struct ChosenSkill {
  std::shared_ptr<const Pack> pack;
  const Skill* skill;  // in it

  [[nodiscard]] std::string full_name() const { return pack->name + "/" + skill->manifest.name; }
};
using SkillSet = std::vector<ChosenSkill>;

// `names`: of its skills, those it has; empty: all.
void add_skills(SkillSet& set, const std::shared_ptr<const Pack>& pack, const std::vector<std::string>& names);

// PACK/SKILL, or a SKILL that only one pack has. The error says what there is.
[[nodiscard]] Result<ChosenSkill> find_skill(const SkillSet& set, std::string_view name);

}  // namespace executus::skillpack
