#include "tools/files/tree_walk.hpp"

#include <utility>
#include <vector>

namespace executus::tools {
namespace {

using Visit = std::function<bool(const std::string& path, Found what)>;

struct Level {
  std::string path;
  std::vector<DirectoryEntry> entries;
  std::size_t next = 0;
};

std::string path_of(const std::string& directory, const std::string& name) {
  return directory == "." ? name : directory + "/" + name;
}

// Without recursion: trees may be as deep as paths are long.
class Walk final {
 public:
  Walk(const ConfinedRoot& root, const std::stop_token& stop, const Visit& visit)
      : root_(root), stop_(stop), visit_(visit) {}

  Walked run(const std::string& start) {
    levels_.push_back({start, root_.list(start)});
    while (!levels_.empty()) {
      if (stop_.stop_requested())
        throw failed("tool.stopped", "the search was given up: the call that asked for it is over");
      auto& level = levels_.back();
      if (level.next == level.entries.size()) {
        levels_.pop_back();
        continue;
      }
      auto entry = std::move(level.entries[level.next++]);
      if (!visit_and_enter(path_of(level.path, entry.name), entry)) break;
    }
    return walked_;
  }

 private:
  bool visit_and_enter(const std::string& path, const DirectoryEntry& entry) {
    auto what = found(path, entry.type);
    if (what == Found::linked_directory) ++walked_.linked;
    if (!visit_(path, what)) return false;
    if (what == Found::directory) enter(path, entry.name);
    return true;
  }

  Found found(const std::string& path, EntryType type) const {
    if (type == EntryType::directory) return Found::directory;
    return type == EntryType::link && leads_to_directory(path) ? Found::linked_directory : Found::file;
  }

  bool leads_to_directory(const std::string& link) const {
    try {
      return root_.type(link) == EntryType::directory;
    } catch (const Error&) {
      return false;  // it leads out, or nowhere
    }
  }

  void enter(const std::string& path, const std::string& name) {
    if (name == ".git") {
      walked_.skipped_git = true;
      return;
    }
    try {
      levels_.push_back({path, root_.list(path)});
    } catch (const Error&) {
      ++walked_.unreadable;
    }
  }

  const ConfinedRoot& root_;
  const std::stop_token& stop_;
  const Visit& visit_;
  std::vector<Level> levels_;
  Walked walked_;
};

}  // namespace

Walked walk(const ConfinedRoot& root, const std::string& path, const std::stop_token& stop, const Visit& visit) {
  auto start = root.meant(path);
  if (root.type(start) == EntryType::directory) return Walk(root, stop, visit).run(start);
  visit(start, Found::file);
  return {};
}

void note_walked(LinesAnswer& answer, const Walked& walked) {
  answer.note_count(walked.unreadable, "directory is", "directories are", "unreadable and passed over");
  answer.note_count(walked.linked, "link to a directory is", "links to directories are", "not followed");
}

}  // namespace executus::tools
