// Where a file below a root is written: its folder held open, so that links that are swapped meanwhile lead nowhere.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <executus/base/error.hpp>

#include "async/file_descriptor.hpp"

namespace executus::tools {

// The largest file that is edited, in bytes.
inline constexpr std::size_t kMaxEdited = std::size_t{8} << 20;

// What a file holds; nothing: there is no file.
using FileText = std::optional<std::string>;

// SHA-256; "" for no file.
[[nodiscard]] std::string digest_of(const FileText& text);

class WritablePlace final {
 public:
  // `path` is relative to `root`, which outlives it, and has no links. No `folder`: it is not there yet.
  WritablePlace(int root, std::string root_path, std::string path, FileDescriptor folder)
      : root_(root), root_path_(std::move(root_path)), path_(std::move(path)), folder_(std::move(folder)) {}

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string absolute() const { return root_path_ + "/" + path_; }

  // Throws Error "tool.path": no regular file, larger than kMaxEdited, unreadable.
  [[nodiscard]] FileText read() const;

  // Puts a file with `text` there, whole or not at all, and durable when it returns: with the mode of the one that is
  // there, or a new one, with the folders it lacks; without `text` deletes it. Throws Error "tool.stale" when the
  // digest of what is there is not `before`, and "tool.path" when it cannot be written: nothing has changed then.
  // `temporary` names the file that is renamed in the end; one that an earlier attempt left is replaced.
  void write(const FileText& text, const std::string& before, const std::string& temporary);

 private:
  [[nodiscard]] std::string name() const { return path_.substr(path_.rfind('/') + 1); }
  [[nodiscard]] Error problem(int error) const;
  void require(const std::string& before) const;
  void make_folders();
  void replace(const std::string& text, const std::string& before, const std::string& temporary);
  void fill(int file, const std::string& text) const;

  int root_;
  std::string root_path_;
  std::string path_;
  FileDescriptor folder_;
};

}  // namespace executus::tools
