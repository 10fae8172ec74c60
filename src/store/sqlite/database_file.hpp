// The file of the database: how it is recognised, made, and brought up to this version's format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include <executus/base/clock.hpp>

#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

// A database file that was found fit: one certain file, not whatever lies at the path later.
struct DatabaseFile {
  std::filesystem::path path;
  Milliseconds busy_timeout{5'000};
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
};

// Makes sure that a database of this version is at `path`: creates it, or brings one of an older format up to this one
// (migration.hpp), calling `goes_on` again and again while that takes long. Or throws Error store.* and leaves what
// is in the file as it was, as it does with one of any other version. Symlinks are resolved already.
[[nodiscard]] DatabaseFile prepare_database(const std::filesystem::path& path, Milliseconds busy_timeout,
                                            const std::function<void()>& goes_on = {});

// Whether the file and its directory may be written; of a file that is not there: yes.
[[nodiscard]] bool is_writable(const std::filesystem::path& path);

// A connection that only reads, of a file that may not be written. Throws Error store.* when it may not be read either,
// is of another version, or is empty.
[[nodiscard]] std::unique_ptr<Connection> open_for_reading(const std::filesystem::path& path,
                                                           Milliseconds busy_timeout);

// Throws Error store.newer or store.older when this executus cannot work with a database of that format.
void refuse_other_format(const std::filesystem::path& path, std::int64_t format);

// A connection to it, with the version checked again: it may have changed, in the WAL only. Throws Error store.replaced
// when another file lies at the path, without opening that: SQLite throws away the WAL of a file that is empty.
[[nodiscard]] std::unique_ptr<Connection> open_database(const DatabaseFile& database);

}  // namespace executus::sqlite
