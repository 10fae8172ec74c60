// Which process keeps a database from being written, in words for people.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace executus::sqlite {

// The process that holds a POSIX write lock on byte `offset` of the file with this inode, in the text of /proc/locks.
[[nodiscard]] std::optional<int> lock_holder(std::string_view proc_locks, std::uint64_t inode, std::int64_t offset);

// " (process 123, name)" for the process that writes to the database now; "" when it cannot be told. Opens no file of
// the database: closing it again would drop this process's own locks on it (POSIX).
[[nodiscard]] std::string write_lock_holder(const std::filesystem::path& database);

}  // namespace executus::sqlite
