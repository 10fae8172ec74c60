// The tables of the batteries whose stores live in the database beside the journal. A battery has a file here with
// the text that makes its tables and their indexes, named in the list; what reads and writes them is in
// store/sqlite/<seam>/. Its tables are made in every database, also where the battery is left out of a build.
#pragma once

#include <vector>

namespace executus::sqlite {

extern const char* const kScheduleTables;
extern const char* const kSavedTables;
extern const char* const kBudgetTables;
extern const char* const kStorageTables;
extern const char* const kQueueLimits;

// In the order in which they are made, each text within a transaction.
std::vector<const char*> battery_tables();

}  // namespace executus::sqlite
