// The stored shape of the database, its version, and how a file is recognised and made.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include <executus/base/clock.hpp>

#include "store/sqlite/connection.hpp"

namespace executus::sqlite {

inline constexpr std::int64_t kSchemaVersion = 3;           // PRAGMA user_version
inline constexpr std::int64_t kApplicationId = 0x45584543;  // PRAGMA application_id: "EXEC" (frozen)

// A database file that was found fit: one certain file, not whatever lies at the path later.
struct Database {
  std::filesystem::path path;
  Milliseconds busy_timeout{5'000};
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

// Makes sure that a database of this version is at `path`: creates it, or throws Error store.* and leaves the file as
// it was, as it does with one of any other version. Symlinks are resolved already.
[[nodiscard]] Database prepare_database(const std::filesystem::path& path, Milliseconds busy_timeout);

// Whether the file and its directory may be written; of a file that is not there: yes.
[[nodiscard]] bool is_writable(const std::filesystem::path& path);

// A connection that only reads, of a file that may not be written. Throws Error store.* when it may not be read either,
// is of another version, or is empty.
[[nodiscard]] std::unique_ptr<Connection> open_for_reading(const std::filesystem::path& path,
                                                           Milliseconds busy_timeout);

// A connection to it, with the version checked again: it may have changed, in the WAL only. Throws Error store.replaced
// when another file lies at the path, without opening that: SQLite throws away the WAL of a file that is empty.
[[nodiscard]] std::unique_ptr<Connection> open_database(const Database& database);

}  // namespace executus::sqlite
