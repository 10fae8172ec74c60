// The YAML files of some folders, by what they are called: NAME.yaml, and NAME/KIND.yaml with what belongs to it; both
// with the ending .yml too.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace executus {

// The names in the files are read once, at the first question. Threads: one at a time.
class NamedFiles final {
 public:
  // `kind`: "agent" or "skill". The first folder that knows a name counts.
  NamedFiles(std::vector<std::filesystem::path> folders, std::string kind)
      : folders_(std::move(folders)), kind_(std::move(kind)) {}

  [[nodiscard]] const std::string& kind() const noexcept { return kind_; }
  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const noexcept { return folders_; }

  // Sorted by their path.
  [[nodiscard]] std::vector<std::string> paths() const;

  // What they can be called: by the `name` in the file, and by that of the file.
  [[nodiscard]] std::vector<std::string> names() const;

  // The file whose `name` it is, else the file of that name. Throws Error config.agent when more than one file of a
  // folder is called so.
  [[nodiscard]] std::optional<std::string> path_of(std::string_view name) const;

  // Whether the file is one of them.
  [[nodiscard]] bool contains(const std::string& path) const;

  // The other files of its folder that have that `name` too: by name none of them can be had.
  [[nodiscard]] std::vector<std::string> namesakes(const std::string& path, const std::string& name) const;

 private:
  struct Entry {
    std::filesystem::path folder;
    std::string path;
    std::string called;  // of the file, or the folder it lies in
    std::string name;    // as the file says; "" when that cannot be read
  };
  [[nodiscard]] const std::vector<Entry>& entries() const;
  [[nodiscard]] std::vector<Entry> entries_in(const std::filesystem::path& folder) const;
  [[nodiscard]] const Entry* entry_of(const std::string& path) const;

  std::vector<std::filesystem::path> folders_;
  std::string kind_;
  mutable std::optional<std::vector<Entry>> entries_;
};

// Whether both are the same file, also by way of links.
[[nodiscard]] bool is_same_file(const std::string& a, const std::string& b);

}  // namespace executus
