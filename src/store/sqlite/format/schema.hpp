// The stored shape of the database, and its number. All tables of the file, those of every seam, have one history:
// migration.hpp brings an older shape up to this one (docs/adr/0032-one-history-of-the-database.md).
#pragma once

#include <cstdint>

#include "store/sqlite/connection/connection.hpp"

namespace executus::sqlite {

inline constexpr std::int64_t kSchemaVersion = 5;           // PRAGMA user_version
inline constexpr std::int64_t kApplicationId = 0x45584543;  // PRAGMA application_id: "EXEC" (frozen)

// Parts of it that the way from format 3 to 4 makes as well: they change with a copy of their own put there.
extern const char* const kRunTable;
extern const char* const kWorkerTable;
extern const char* const kErasedTable;

// Makes all tables, within a transaction, in a database that has none.
void create_tables(Connection& connection);

}  // namespace executus::sqlite
