#include "tools/files/root_names.hpp"

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"

namespace executus::tools {
namespace {

std::string without_slashes(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  return path.empty() ? "." : std::string(path);
}

}  // namespace

std::optional<std::string> below_root(std::string_view path, const RootNames& names) {
  if (!path.starts_with('/')) return std::nullopt;
  auto plain = std::filesystem::path(path).lexically_normal().string();
  for (std::string_view name : names) {
    while (name.ends_with('/')) name.remove_suffix(1);
    if (!plain.starts_with(name)) continue;
    auto rest = std::string_view(plain).substr(name.size());
    if (rest.empty() || rest.starts_with('/')) return without_slashes(rest);
  }
  return std::nullopt;
}

std::vector<std::string> readings_of(std::string_view path, const RootNames& names) {
  std::vector<std::string> readings;
  if (auto below = below_root(path, names)) readings.push_back(std::move(*below));
  if (auto plain = without_slashes(path); readings.empty() || plain != readings.front())
    readings.push_back(std::move(plain));
  return readings;
}

// In any case of letters: there are file systems to which that is the same name.
bool is_git_metadata(std::string_view path) {
  auto is_git = [](std::string_view name) {
    return std::ranges::equal(name, std::string_view(".git"), [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  };
  return std::ranges::any_of(split(path, '/'), is_git);
}

}  // namespace executus::tools
