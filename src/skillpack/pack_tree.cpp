#include <algorithm>
#include <map>

#include <executus/base/digest.hpp>
#include <executus/skillpack/pack_tree.hpp>

#include "base/text.hpp"

namespace executus::skillpack {
namespace {

constexpr std::size_t kLongestPath = 1'024;  // bytes

std::map<std::string_view, const PackFile*> by_path(const PackTree& tree) {
  std::map<std::string_view, const PackFile*> files;
  for (const auto& file : tree.files) files.emplace(file.path, &file);
  return files;
}

}  // namespace

std::string digest_of(const PackTree& tree) {
  Sha256 hash;
  hash.update("executus-pack 1\n");
  for (const auto& [path, file] : by_path(tree)) {
    std::string head(path);
    head += '\0';
    head += file->runs ? 'x' : '-';
    head += std::to_string(file->bytes.size());
    head += '\0';
    hash.update(head);
    hash.update(file->bytes);
  }
  return hash.finish_hex();
}

std::string wrong_with_path(std::string_view path) {
  std::string shown = "'" + std::string(clip(path, 80)) + "'";
  if (path.size() > kLongestPath) return shown + " is longer than " + std::to_string(kLongestPath) + " bytes";
  if (path.find('\0') != std::string_view::npos) return shown + " has a 0 byte";
  for (auto part : split(path, '/')) {
    if (part.empty()) return shown + " has a part without a name, or is an absolute path";
    if (part == "." || part == "..")
      return shown + " leads elsewhere: '" + std::string(part) + "' is no name of a file";
    if (part == ".git") return shown + " is a file of git's own";
  }
  return "";
}

TreeChanges changes_between(const PackTree& before, const PackTree& after) {
  TreeChanges changes;
  auto old_files = by_path(before), new_files = by_path(after);
  for (const auto& [path, file] : new_files) {
    auto old_file = old_files.find(path);
    if (old_file == old_files.end())
      changes.added.emplace_back(path);
    else if (*old_file->second != *file)
      changes.changed.emplace_back(path);
  }
  for (const auto& [path, file] : old_files)
    if (!new_files.contains(path)) changes.removed.emplace_back(path);
  return changes;
}

}  // namespace executus::skillpack
