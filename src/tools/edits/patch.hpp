// Unified diffs as models and tools write them. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace executus::tools {

struct PatchLine {
  char kind = ' ';          // ' ': stays, '-': goes, '+': comes
  std::string text;         // without its line end
  bool has_no_end = false;  // "\ No newline at end of file" follows it
};

struct Hunk {
  std::optional<std::size_t> line;  // of the old file, from 1, where it says that it begins; 0: the file is empty
  std::vector<PatchLine> lines;     // not empty
};

// What a patch does to one file.
struct FilePatch {
  std::string path;
  enum class What { change, create, remove } what = What::change;
  std::vector<Hunk> hunks;
};

// The files of `patch`, each with at least one hunk. What stands before the first file is passed over, and so are what
// diff and git write between files and below them; any other line has to be of a hunk. A hunk goes as far as its lines
// do: the numbers of lines that its head gives are a hint, as models miscount; "---", "+++" and "@@" lines in a row
// always begin a file. Throws Error "tool.patch" for what is no unified diff, and for what is not carried out: renames,
// modes, binary and empty files, one file twice.
[[nodiscard]] std::vector<FilePatch> parse_patch(std::string_view patch);

// The hunks of a patch of the file `path`, with or without the lines that name it. Throws Error "tool.patch" too where
// they name another.
[[nodiscard]] std::vector<Hunk> parse_hunks(std::string_view patch, const std::string& path);

// `bytes` with the hunks applied, in order. A hunk is applied where its line says, or else at the one place behind the
// hunk before it where all of its old lines stand; behind a hunk that was not where its line said, only at such a one
// place. Lines keep their ends; those that come end as their neighbours.
// Throws Error "tool.patch" that names the hunk: its lines are not there, or are there more than once.
[[nodiscard]] std::string with_hunks(std::string_view bytes, const std::vector<Hunk>& hunks);

}  // namespace executus::tools
