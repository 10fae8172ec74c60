#include <algorithm>

#include "base/text.hpp"
#include "tools/files/confined.hpp"
#include "tools/files/file_glob.hpp"
#include "tools/files/file_tools.hpp"
#include "tools/files/lines_answer.hpp"
#include "tools/files/tree_walk.hpp"
#include "tools/shared/shown_text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kMaxListed = 1'000;

// Notes how many names cannot be written as an argument of a model.
void note_strange(LinesAnswer& answer, int names) {
  answer.note_count(names, "name has", "names have",
                    "bytes that are no UTF-8, shown as \ufffd: they cannot be asked for");
}

}  // namespace

std::string list_dir(const ListDirArgs& args, const std::string& root, std::stop_token) {
  LinesAnswer answer;
  std::size_t shown = 0;
  int strange = 0;
  auto entries = ConfinedRoot(root).list(args.path.value_or("."));
  for (const auto& entry : entries) {
    if (shown == kMaxListed || !answer.add(shown_name(entry.name) + (entry.type == EntryType::directory ? "/" : "")))
      break;
    ++shown;
    if (!is_valid_utf8(entry.name)) ++strange;
  }
  if (shown < entries.size())
    answer.note(std::to_string(entries.size() - shown) + " more entries; find_files shows those that fit a pattern");
  note_strange(answer, strange);
  if (entries.empty()) answer.note("the directory is empty");
  return answer.take();
}

std::string find_files(const FindFilesArgs& args, const std::string& root, std::stop_token stop) {
  LinesAnswer answer;
  std::size_t shown = 0;
  int strange = 0, directories = 0;
  bool full = false;
  ConfinedRoot confined(root);
  std::string where = confined.meant(args.path.value_or("."));
  FileGlob glob(args.pattern, confined.names(), where);
  auto walked = walk(confined, where, stop, [&](const std::string& path, Found what) {
    if (!glob.fits(path)) return true;
    if (what == Found::directory) {
      ++directories;
      return true;
    }
    full = shown == kMaxListed || !answer.add(shown_name(path) + (what == Found::linked_directory ? "/" : ""));
    if (full) return false;
    ++shown;
    if (!is_valid_utf8(path)) ++strange;
    return true;
  });
  if (full) answer.note("there are more files; narrow the pattern or the path");
  note_strange(answer, strange);
  note_walked(answer, walked);
  if (shown > 0) return answer.take();
  if (walked.skipped_git) answer.note(".git was passed over; name it as the path to search it");
  answer.note_count(directories, "directory fits", "directories fit", "the pattern; list_dir shows its entries");
  answer.note("no file matches");
  return answer.take();
}

}  // namespace executus::tools
