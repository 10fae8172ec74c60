// Saved agents and skills in the SQLite file, beside the journal. Any number of processes share them.
//
//   sqlite::Database database({.path = "state.db"});
//   auto agents = sqlite::make_persona_store(database);
//
// The ports say what they do and throw (executus/saved/store.hpp); besides, they throw Error store.*, as the journal's
// store does, and saved.unreadable for a row that is damaged. What is answered is durable. The secret of a webhook is
// in the file as it is. A change waits for the thread that writes: call them where blocking is allowed. The file stays
// open as long as they live.
#pragma once

#include <memory>

#include <executus/persona/persona.hpp>
#include <executus/skill/skill.hpp>
#include <executus/store/sqlite/database.hpp>

namespace executus::sqlite {

[[nodiscard]] std::unique_ptr<persona::PersonaStore> make_persona_store(const Database& database);
[[nodiscard]] std::unique_ptr<skill::SkillStore> make_skill_store(const Database& database);

}  // namespace executus::sqlite
