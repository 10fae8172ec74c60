// A saved skill: a task with declared inputs and flat tools. It runs by lowering into an Agent, and has no one to
// delegate to.
#pragma once

#include <memory>
#include <vector>

#include <executus/saved/store.hpp>

namespace executus::skill {

struct Skill {
  saved::Record record = {};
  saved::Definition definition = {};
  bool operator==(const Skill&) const = default;
};

// The agent that runs: its id is the skill's. Palettes and phases, which a kept skill has not, are left out.
[[nodiscard]] Agent to_agent(const Skill& skill);

// See saved::Store. A skill with a palette or with phases is refused as saved.malformed.
using SkillStore = saved::Store<Skill>;
[[nodiscard]] std::optional<Error> fault_of(const Skill& skill);
[[nodiscard]] inline std::vector<saved::Key> keys_of(const Skill&) { return {}; }

// Those that a chat offers to a person: exposed ones that the person sees, by owner and name.
[[nodiscard]] std::vector<Skill> list_exposed(SkillStore& store, const std::string& person);

// In memory, for tests and for hosts that keep nothing.
[[nodiscard]] std::unique_ptr<SkillStore> make_memory_store();

}  // namespace executus::skill
