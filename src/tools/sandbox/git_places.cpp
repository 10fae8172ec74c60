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

// What git runs, or takes what it runs from.
void add_run_by_git(GitPlaces& places, const fs::path& folder) {
  auto config_of_worktree = fs::path("config").replace_extension("worktree");
  for (const auto& name : {fs::path("config"), config_of_worktree, fs::path("hooks"), fs::path("info"),
                           fs::path("commondir"), fs::path("gitdir")}) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(folder / name, ignored))) places.run_by_git.push_back((folder / name).string());
  }
}

// `marker` is the file .git of a worktree, "gitdir: COMMON/worktrees/NAME"; there a file `gitdir` names the marker. The
// common folder is known by that place alone.
GitPlaces places_of_worktree(const fs::path& marker) {
  auto line = first_line(marker);
  constexpr std::string_view kPrefix = "gitdir: ";
  if (!line.starts_with(kPrefix)) return {};
  auto own = real_path(marker.parent_path() / line.substr(kPrefix.size()));
  if (!own || own->parent_path().filename() != "worktrees") return {};
  auto back = real_path(*own / first_line(*own / "gitdir"));
  if (!back || *back != marker) return {};
  auto common = own->parent_path().parent_path();
  if (!is_folder(common / "objects") || !is_folder(common / "refs")) return {};
  GitPlaces places{{common.string(), marker.string()}, {marker.string()}};
  add_run_by_git(places, common);
  add_run_by_git(places, *own);
  return places;
}

}  // namespace

GitPlaces git_places(const std::string& root) {
  for (auto folder = fs::path(root);; folder = folder.parent_path()) {
    auto git = folder / ".git";
    std::error_code ignored;
    auto what = fs::symlink_status(git, ignored);
    if (fs::is_directory(what)) {
      GitPlaces places{{git.string()}, {}};
      add_run_by_git(places, git);
      return places;
    }
    if (fs::is_regular_file(what)) return places_of_worktree(git);
    if (fs::exists(what) || folder == folder.parent_path()) return {};
  }
}

}  // namespace executus::tools
