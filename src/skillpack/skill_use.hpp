// The tool `skill_use` of one run.
#pragma once

#include <memory>

#include <executus/skillpack/activator.hpp>
#include <executus/tool/tool.hpp>

#include "skillpack/skill_set.hpp"

namespace executus::skillpack {

[[nodiscard]] std::shared_ptr<tool::Tool> make_skill_use(SkillSet set, const ActivatorOptions& options);

}  // namespace executus::skillpack
