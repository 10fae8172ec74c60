// What the model is told of the skills before it asks for one. Pure.
#pragma once

#include <string>
#include <string_view>

#include <executus/skillpack/activator.hpp>

#include "skillpack/skill_set.hpp"

namespace executus::skillpack {

// All names stay. Where the descriptions do not fit, each is cut at the same length, and the text says so.
[[nodiscard]] Catalog catalog_of(const SkillSet& set, std::size_t characters);

// The skills whose name or description has one of the `words`, with their whole descriptions: those with most of them
// first. "" when there is none.
[[nodiscard]] std::string found_in(const SkillSet& set, std::string_view words);

}  // namespace executus::skillpack
