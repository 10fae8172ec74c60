// Goes through the files below a directory of a confined root, and counts the directories that it did not enter.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "tools/files/confined.hpp"
#include "tools/files/lines_answer.hpp"

namespace executus::tools {

enum class Found { file, directory, linked_directory };

struct Walked {
  int unreadable = 0;  // directories: no permission, or removed meanwhile
  int linked = 0;      // links to directories, which are not followed
  bool skipped_git = false;
};

// Visits files (what is no directory, links to files too) and directories in name order, depth first; neither .git nor
// links to directories are entered unless `path` is one. The visitor returns false to stop. Throws Error "tool.path"
// when `path` itself cannot be read, "tool.stopped" when `stop` was requested.
Walked walk(const ConfinedRoot& root, const std::string& path, const std::stop_token& stop,
            const std::function<bool(const std::string& path, Found what)>& visit);

void note_walked(LinesAnswer& answer, const Walked& walked);

}  // namespace executus::tools
