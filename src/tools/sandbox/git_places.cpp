#include "tools/sandbox/git_places.hpp"

#include <filesystem>
#include <fstream>
#include <optional>

#include "base/text.hpp"

namespace executus::tools {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(fs::symlink_status(path, ignored))) return "";
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return std::string(trim(line.substr(0, 4096)));
}

std::optional<fs::path> real_path(const fs::path& path) {
  std::error_code error;
  auto found = fs::canonical(path, error);
  return error ? std::nullopt : std::optional(std::move(found));
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(fs::symlink_status(path, ignored));
}

// `marker` is the file .git of a worktree, "gitdir: COMMON/worktrees/NAME"; there a file `gitdir` names the marker. The
// common folder is known by that place alone.
std::optional<fs::path> common_folder(const fs::path& marker) {
  auto line = first_line(marker);
  constexpr std::string_view kPrefix = "gitdir: ";
  if (!line.starts_with(kPrefix)) return std::nullopt;
  auto own = real_path(marker.parent_path() / line.substr(kPrefix.size()));
  if (!own || own->parent_path().filename() != "worktrees") return std::nullopt;
  auto back = real_path(*own / first_line(*own / "gitdir"));
  if (!back || *back != marker) return std::nullopt;
  auto common = own->parent_path().parent_path();
  return is_folder(common / "objects") && is_folder(common / "refs") ? std::optional(common) : std::nullopt;
}

}  // namespace

std::vector<std::string> git_places(const std::string& root) {
  for (auto folder = fs::path(root);; folder = folder.parent_path()) {
    auto git = folder / ".git";
    std::error_code ignored;
    auto what = fs::symlink_status(git, ignored);
    if (fs::is_directory(what)) return {git.string()};
    if (fs::is_regular_file(what)) {
      auto common = common_folder(git);
      return common ? std::vector{common->string(), git.string()} : std::vector{git.string()};
    }
    if (fs::exists(what) || folder == folder.parent_path()) return {};
  }
}

}  // namespace executus::tools
