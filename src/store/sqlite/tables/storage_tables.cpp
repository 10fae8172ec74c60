#include "store/sqlite/tables/battery_tables.hpp"

namespace executus::sqlite {

// Values and files of scopes ("run/ID", "agent/NAME", "caller/NAME"). `bytes` are those of the value or file as it was
// given. With `sealed` 1 the value, and what a file is and holds, are sealed (executus/base/sealed.hpp). `about` is an
// object of JSON. A file's content is in parts, from 0 on, all of one size but the last. One with the scope '' is being
// deleted: it is nobody's any more.
const char* const kStorageTables = R"sql(
CREATE TABLE kv(
  id INTEGER PRIMARY KEY,
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  sealed INTEGER NOT NULL,
  value BLOB NOT NULL
);
CREATE UNIQUE INDEX kv_by_key ON kv(scope, key);
CREATE TABLE files(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  file TEXT NOT NULL UNIQUE,
  scope TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  created INTEGER NOT NULL,
  sealed INTEGER NOT NULL,
  about BLOB NOT NULL
);
CREATE INDEX files_of_scope ON files(scope, file, bytes);
CREATE TABLE file_parts(
  file INTEGER NOT NULL,
  part INTEGER NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY(file, part)
);
)sql";

}  // namespace executus::sqlite
