// The fields of a skill that stores keep: saved/stored_value.hpp.
#pragma once

#include <executus/skill/skill.hpp>

#include "saved/stored_value.hpp"

namespace executus::skill {

void visit_fields(auto& visitor, auto& skill, std::type_identity<Skill>) {
  auto& [record, definition] = skill;
  visitor("definition", definition);
}

}  // namespace executus::skill
