// A file beside the database that is touched when a run may have become due: other processes hear of it at once. It is
// a hint, and may be missing.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include <executus/journal/store.hpp>

#include "async/file_descriptor.hpp"

namespace executus::sqlite {

class WakeFile final {
 public:
  explicit WakeFile(const std::filesystem::path& database);  // made (0600) when missing

  void touch() const noexcept;
  [[nodiscard]] static std::filesystem::path path_for(const std::filesystem::path& database);

 private:
  FileDescriptor file_;  // none: it could not be opened; then nothing is touched
};

// Calls `told` on a thread of its own whenever the file was touched. Null when the system tells of no changes.
[[nodiscard]] std::unique_ptr<journal::Watch> watch_wake_file(const std::filesystem::path& database,
                                                              std::function<void()> told);

}  // namespace executus::sqlite
