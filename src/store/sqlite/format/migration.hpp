// Brings a database of an older format up to this one. One step for each format, in order; a format that is not read
// any more has none.
#pragma once

#include <cstdint>
#include <filesystem>

#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

inline constexpr std::int64_t kOldestMigrated = 3;

// All steps from format `from` on, in one transaction: on an error the database is in the format it had. No
// connection writes meanwhile (the caller holds the checkpoint lock). Throws Error store.older_in_use when a worker
// of the older format lives, and store.* as any writing does. Takes as long as the database is large: it is copied
// once, so that it can give pages back from then on.
void migrate(Connection& connection, const std::filesystem::path& path, std::int64_t from);

}  // namespace executus::sqlite
