#include "store/sqlite/tables/battery_tables.hpp"

namespace executus::sqlite {

// `looks_at` is looks_at() of the job, in milliseconds: what is due is found by it alone.
const char* const kScheduleTables = R"sql(
CREATE TABLE schedules(
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  looks_at INTEGER,
  job TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX schedules_by_look ON schedules(looks_at) WHERE looks_at IS NOT NULL;
)sql";

}  // namespace executus::sqlite
