#include "store/sqlite/tables/battery_tables.hpp"

namespace executus::sqlite {

// Saved agents and skills, each with its newest version. `kind`: "agent" or "skill" (frozen). `number` is that of the
// newest version, and with `id` names its row in saved_versions; `owner`, `name` and `visibility` are those of it.
// Times of runs are here alone, and part of no version. `saved_keys` are of the newest version: what it is found by,
// and people it is shared with. Ids are never given twice (AUTOINCREMENT).
const char* const kSavedTables = R"sql(
CREATE TABLE saved(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  visibility TEXT NOT NULL,
  number INTEGER NOT NULL,
  next_run INTEGER,
  last_run INTEGER
);
CREATE UNIQUE INDEX saved_named ON saved(kind, owner, name);
CREATE INDEX saved_by_next_run ON saved(kind, next_run) WHERE next_run IS NOT NULL;
CREATE TABLE saved_versions(
  saved INTEGER NOT NULL,
  number INTEGER NOT NULL,
  owner TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY(saved, number)
) WITHOUT ROWID;
CREATE TABLE saved_keys(
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  saved INTEGER NOT NULL,
  PRIMARY KEY(kind, text, saved)
) WITHOUT ROWID;
CREATE INDEX saved_keys_of ON saved_keys(saved);
)sql";

}  // namespace executus::sqlite
