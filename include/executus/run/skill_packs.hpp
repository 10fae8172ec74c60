// Port: the skill packs an agent names. A run gets a catalog of their skills in its system prompt, and a tool that
// gives the model what a skill says when it asks for it (`skill_use`).
//
// Absent: an agent that names packs is refused. resolve() is asked when a run is admitted; what it answers is stored
// with the run, so that a resumed run has the catalog and the contents it was started with. tool() is asked at every
// opening. Threads: the admitting or opening task's strand; both may read the disk. Exceptions: refuse the run; at a
// later opening they say what this process lacks to go on with it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/run/agent.hpp>

namespace executus {

inline constexpr std::string_view kSkillUse = "skill_use";

struct ResolvedSkills {
  std::vector<PinnedPack> packs;
  std::string catalog;  // follows the system prompt
};

class SkillPacks {
 public:
  virtual ~SkillPacks() = default;

  // `names`: PACK, PACK/SKILL, or a SKILL that only one pack has. The error names the near one.
  [[nodiscard]] virtual Result<ResolvedSkills> resolve(const std::vector<std::string>& names) = 0;

  // The tool `skill_use` of one run. Throws Error when a content is not here, or not what was pinned.
  [[nodiscard]] virtual std::shared_ptr<tool::Tool> tool(const std::vector<PinnedPack>& packs) = 0;
};

}  // namespace executus
