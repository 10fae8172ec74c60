#include <executus/store/sqlite/saved.hpp>

#include "persona/stored_fields.hpp"
#include "skill/stored_fields.hpp"
#include "store/sqlite/saved/saved_store.hpp"

namespace executus::sqlite {

std::unique_ptr<persona::PersonaStore> make_persona_store(const Database& database) {
  return std::make_unique<SavedStore<persona::Persona>>(database.shared(), "agent");
}

std::unique_ptr<skill::SkillStore> make_skill_store(const Database& database) {
  return std::make_unique<SavedStore<skill::Skill>>(database.shared(), "skill");
}

}  // namespace executus::sqlite
