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

// Port; see saved::Store. A skill with a palette or with phases is refused as saved.malformed.
class SkillStore : public saved::Store<Skill> {
 public:
  // Those that a chat offers to a person: exposed ones that the person sees, by owner and name.
  [[nodiscard]] virtual std::vector<Skill> list_exposed(const std::string& person) = 0;
};

// In memory, for tests and for hosts that keep nothing.
[[nodiscard]] std::unique_ptr<SkillStore> make_memory_store();

}  // namespace executus::skill
