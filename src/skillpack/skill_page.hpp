// What the model reads of a skill. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "skillpack/skill_set.hpp"

namespace executus::skillpack {

inline constexpr std::size_t kPageBytes = std::size_t{48} << 10;

// Whole lines of `text` from line `first` (from 1) on, as many as fit; what follows, and how to read it, is said in a
// last line. A line that is longer than a page is cut. "" with a `first` behind the end.
[[nodiscard]] std::string page_of(std::string_view text, std::size_t first);

// The skill's own text from line `first` on. On the first page also what the skill has besides.
[[nodiscard]] std::string skill_page(const ChosenSkill& chosen, std::size_t first);

// The file of the skill that is called so, as the skill would write it ("./" before it is nothing); null: none.
[[nodiscard]] const PackFile* file_of(const ChosenSkill& chosen, std::string_view path);

// Whether the file is there to be run: it has the run bit, or lies in scripts/.
[[nodiscard]] bool is_script(const ChosenSkill& chosen, const PackFile& file);

}  // namespace executus::skillpack
