// Agents and skills that come with a program, as files in a folder, into the stores that people's are in.
#pragma once

#include <string>
#include <vector>

#include <executus/persona/persona.hpp>
#include <executus/skill/skill.hpp>
#include <executus/tool/registry.hpp>

namespace executus {

struct LoadedBuiltins {
  int created = 0, updated = 0, unchanged = 0;
  std::vector<std::string> warnings =
      {};  // "file:line:col: ...": files that were passed over, delegates that are missing
};

// Reads all of `folder`/agents and `folder`/skills (NAME.yaml, or NAME/agent.yml and NAME/skill.yml with what belongs
// to it), and keeps each under the owner "builtin" (saved::kBuiltin). Again it changes what differs, and nothing else:
// what a file cannot say (triggers, schedule, layers) stays as it is kept. Public unless a file says otherwise. A file
// that is wrong, or is not kept, is passed over with a warning, and so is a delegate that is missing; nothing that is
// kept is removed. Who may save it is not asked. Blocks; throws what the stores throw when they cannot be read or
// written.
[[nodiscard]] LoadedBuiltins load_builtins(const std::string& folder, const tool::Registry& tools,
                                           persona::PersonaStore& agents, skill::SkillStore& skills);

}  // namespace executus
