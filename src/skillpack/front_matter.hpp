// The two parts of a SKILL.md, with their places in the file. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/yaml/yaml.hpp"

namespace executus::skillpack {

struct FrontMatter {
  std::string yaml;  // empty lines stand for what is before it: its positions are those of the file
  std::string body;
};

// `bytes` as text with LF, without a byte order mark; the error says which byte is none.
struct SkillText {
  std::string text;
  std::optional<YamlProblem> problem;
};
[[nodiscard]] SkillText skill_text(std::string_view bytes);

// Nothing where `problem` says why.
[[nodiscard]] std::optional<FrontMatter> front_matter(std::string_view text, YamlProblem& problem);

// Puts a `description` of one line that YAML would not take as text, for its colon, into quotes. Where it stands, if
// there is one.
[[nodiscard]] std::optional<TextPosition> quote_description(std::string& yaml);

}  // namespace executus::skillpack
