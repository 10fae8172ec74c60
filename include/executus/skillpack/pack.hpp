// A pack: what one subscription brought, and the skills in it. Each SKILL.md is one, in the pack's folder or in any
// below it; the files beside it are the skill's, but for those of a skill that lies deeper. A skill's identity is
// PACK/NAME, where NAME is what its SKILL.md says, whatever its folder is called.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <executus/skillpack/manifest.hpp>
#include <executus/skillpack/pack_tree.hpp>

namespace executus::skillpack {

struct Skill {
  Manifest manifest;
  std::string folder;                       // in the pack; "": the pack's own
  std::vector<const PackFile*> files = {};  // of its pack's tree, without SKILL.md; their paths begin with `folder`
  std::vector<MissingFile> missing = {};    // below its folder

  // The path of one of its files, as the skill itself would write it.
  [[nodiscard]] std::string_view local(std::string_view path) const {
    return folder.empty() ? path : path.substr(folder.size() + 1);
  }
};

// A SKILL.md that is no skill.
struct BrokenSkill {
  std::string file;
  std::vector<std::string> errors;  // "file:line:col: error: ..."
};

// All SKILL.md of `tree` are in `skills` or in `broken`. Not copied: the skills point into the tree.
struct Pack {
  Pack() = default;
  Pack(const Pack&) = delete;
  Pack& operator=(const Pack&) = delete;

  std::string name;
  PackTree tree;
  std::vector<Skill> skills;  // sorted by name
  std::vector<BrokenSkill> broken;
  std::vector<std::string> warnings;

  [[nodiscard]] const Skill* find(std::string_view skill) const;  // null: none of that name
};

[[nodiscard]] std::shared_ptr<const Pack> make_pack(std::string name, PackTree tree);

}  // namespace executus::skillpack
