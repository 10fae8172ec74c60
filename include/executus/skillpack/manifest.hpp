// SKILL.md: what a skill is called, when it is of use, and what it tells the model. Front matter (YAML between two
// lines
// `---`), then the text.
//
//   ---
//   name: fill-forms
//   description: Fills PDF forms. Use when: a form has to be filled.
//   ---
//   Read the form first ...
//
// As files come: a byte order mark and CRLF are no part of the text, and a `description` on one line is text also where
// it has a colon, with a warning. Keys that this version does not know are passed over.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace executus::skillpack {

inline constexpr std::size_t kLongestName = 64;             // characters, as agentskills.io has it
inline constexpr std::size_t kLongestDescription = 4'096;   // characters
inline constexpr std::size_t kUsualDescription = 1'024;     // as agentskills.io has it: what is longer is warned of
inline constexpr std::size_t kLongestCompatibility = 500;   // characters
inline constexpr std::size_t kLargestManifest = 1U << 20U;  // bytes of the file

struct Manifest {
  std::string name = {};
  std::string description = {};  // one line
  std::string license = {};
  std::string compatibility = {};
  std::vector<std::string> allowed_tools = {};  // as written; shown to the model, and allows nothing
  std::string body = {};                        // with LF as line ends
};

// A manifest, or errors; warnings beside both. Each is "file:line:col: error: ...".
struct ReadManifest {
  std::optional<Manifest> manifest = {};
  std::vector<std::string> errors = {};
  std::vector<std::string> warnings = {};
};

// `file` is for messages only. Pure; throws nothing for bytes of any kind.
[[nodiscard]] ReadManifest read_manifest(std::string_view bytes, const std::string& file);

// Why `name` is no name of a skill or a pack (a-z, 0-9 and single hyphens between them, at most 64); "": it is one.
[[nodiscard]] std::string wrong_with_name(std::string_view name);

}  // namespace executus::skillpack
