#include "store/sqlite/tables/battery_tables.hpp"

namespace executus::sqlite {

std::vector<const char*> battery_tables() {
  return {kSavedTables, kScheduleTables, kBudgetTables, kStorageTables, kQueueLimits};
}

}  // namespace executus::sqlite
