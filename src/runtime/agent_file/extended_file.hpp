// An agent file with those it extends: `extends: base` takes over all that base has and the file itself does not say
// (docs/reference/agent-files.md).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

#include "base/yaml/fields.hpp"
#include "base/yaml/layered_yaml.hpp"

namespace executus {

// The file of the agent that is extended by that name, or why there is none. Null: bases are given as paths only.
using FindBase = std::function<Result<std::string>(const std::string& name)>;

struct ExtendedFile {
  YamlDocument document;
  std::vector<std::string> texts;  // of its files
  YamlOrigins origins;

  [[nodiscard]] const std::string& text_at(std::string_view pointer) const {
    return texts[document.file_index_at(pointer)];
  }
};

// Reads what `text`, the content of `path`, extends. Nothing when there is a file that cannot be read, or the bases
// lead in a circle; `problems` says so, at the `extends` that leads there. `files` gets the paths of all it looked at.
[[nodiscard]] std::optional<ExtendedFile> read_extended(std::string_view text, const std::string& path,
                                                        const FindBase& find_base, Problems& problems,
                                                        std::vector<std::string>& files);

// Whether `agent` is meant as a file, and not as a name in agents/.
[[nodiscard]] bool names_a_file(std::string_view agent);

// The file at `path`, as a text that does not change for its links and dots.
[[nodiscard]] std::string canonical_path(const std::string& path);

}  // namespace executus
