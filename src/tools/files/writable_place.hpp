// Where a file below a root is written: its folder held open, so that links that are swapped meanwhile lead nowhere.
#pragma once

#include <cstddef>
#include <cstdio>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include <executus/base/error.hpp>

#include "async/file_descriptor.hpp"

namespace executus::tools {

// The largest file that is edited, in bytes.
inline constexpr std::size_t kMaxEdited = std::size_t{8} << 20;

// What a file holds; nothing: there is no file.
using FileText = std::optional<std::string>;

// SHA-256; "" for no file.
[[nodiscard]] std::string digest_of(const FileText& text);

// Of the system; a test gives others, that fail.
struct FileCalls {
  int (*rename)(int, const char*, int, const char*, unsigned) = &::renameat2;
  int (*sync)(int) = &::fsync;
};

// How a file is put in its place.
struct Placing {
  std::string temporary;      // the name of the file that is renamed in the end; of this attempt alone
  std::stop_token stop = {};  // looked at last before the renaming
  FileCalls calls = {};
};

class WritablePlace final {
 public:
  // `path` is relative to `root`, which outlives it, and has no links. No `folder`: it is not there yet.
  WritablePlace(int root, std::string root_path, std::string path, FileDescriptor folder)
      : root_(root), root_path_(std::move(root_path)), path_(std::move(path)), folder_(std::move(folder)) {}

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string absolute() const { return root_path_ + "/" + path_; }

  // Throws Error "tool.path": no regular file, larger than kMaxEdited, unreadable.
  [[nodiscard]] FileText read() const;

  // Puts a file with `text` there, whole or not at all: with owner, group and mode of the one that is there (without
  // rights for its group where that cannot be kept), or a new one, with the folders it lacks; without `text` deletes
  // it. A file that has that text already is left. Throws Error "tool.stale" when the digest of what is there is not
  // `before`, "tool.stopped", and "tool.path" when it cannot be written: nothing has changed then. `perhaps_lost`: it
  // is written, and a power loss may take that back.
  enum class Written { durable, perhaps_lost };
  [[nodiscard]] Written write(const FileText& text, const std::string& before, const Placing& how);

  // Deletes temporary files whose names begin so, as a kill leaves them.
  void remove_temporaries(const std::string& prefix) const;

 private:
  [[nodiscard]] std::string name() const { return path_.substr(path_.rfind('/') + 1); }
  [[nodiscard]] Error problem(int error) const;
  struct MadeFolder {
    FileDescriptor parent;
    std::string name;
  };
  class MadeFolders;
  struct Change {
    std::string before;  // digests
    std::string after;
  };
  [[nodiscard]] bool is_done(const Change& change) const;
  void put(const FileText& text, const Change& change, const Placing& how);
  void make_folders(std::vector<MadeFolder>& made);
  void replace(const std::string& text, const Change& change, const Placing& how) const;
  [[nodiscard]] int rename(const Change& change, const Placing& how) const;
  void fill(int file, const std::string& text, const FileCalls& calls) const;

  int root_;
  std::string root_path_;
  std::string path_;
  FileDescriptor folder_;
};

}  // namespace executus::tools
