#include "store/sqlite/tables/battery_tables.hpp"

namespace executus::sqlite {

// `kind` is a frozen name of journal/queue.hpp. Without `runs`: any number.
const char* const kQueueLimits = R"sql(
CREATE TABLE queue_limits(
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  runs INTEGER,
  paused INTEGER NOT NULL,
  PRIMARY KEY(kind, name)
) WITHOUT ROWID;
)sql";

}  // namespace executus::sqlite
