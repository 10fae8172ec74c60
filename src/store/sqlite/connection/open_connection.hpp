// Keeps a forked child from SQLite: its library remembers locks that are the parent's, and may be locked itself for
// ever.
#pragma once

#include <filesystem>

namespace executus::sqlite {

// A connection that is open. Threads: any.
class OpenConnection final {
 public:
  // Throws Error store.forked where the parent of this process had connections open when it forked.
  explicit OpenConnection(const std::filesystem::path& database);
  ~OpenConnection();
  OpenConnection(const OpenConnection&) = delete;
  OpenConnection& operator=(const OpenConnection&) = delete;
};

}  // namespace executus::sqlite
