#include "store/sqlite/format/schema.hpp"

#include "store/sqlite/tables/battery_tables.hpp"

namespace executus::sqlite {

// What every append reads and writes comes first in a run's row: SQLite finds it without walking over the rest.
// `signals` are the names that a waiting run waits for, as "|a|b|". Statuses are the frozen names of
// journal/status.hpp; `ended` repeats the terminal ones for the partial index. `attributes` is an object of JSON.
// Numbers of runs are never given twice (AUTOINCREMENT): what is left of an erased run is not a new run's.
// Of the indexes the first part serves listings, each in the order of a list, the second the look for due runs.
const char* const kRunTable = R"sql(
CREATE TABLE runs(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  epoch INTEGER NOT NULL,
  worker INTEGER,
  last_seq INTEGER NOT NULL,
  status TEXT NOT NULL,
  ended INTEGER NOT NULL DEFAULT 0,
  durability TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  fruitless INTEGER NOT NULL,
  steps INTEGER NOT NULL DEFAULT 0,
  input INTEGER NOT NULL DEFAULT 0,
  output INTEGER NOT NULL DEFAULT 0,
  cache_read INTEGER NOT NULL DEFAULT 0,
  cache_write INTEGER NOT NULL DEFAULT 0,
  reasoning INTEGER NOT NULL DEFAULT 0,
  cost_nano_usd INTEGER NOT NULL DEFAULT 0,
  unpriced INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL,
  wake_at INTEGER,
  ended_at INTEGER,
  error_code TEXT NOT NULL DEFAULT '',
  signals TEXT NOT NULL DEFAULT '',
  priority INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  run_id TEXT NOT NULL UNIQUE,
  agent TEXT NOT NULL,
  caller TEXT NOT NULL,
  parent TEXT NOT NULL,
  root TEXT NOT NULL,
  continues TEXT NOT NULL DEFAULT '',
  fingerprint TEXT NOT NULL,
  definition INTEGER NOT NULL DEFAULT 1,
  version TEXT NOT NULL DEFAULT '',
  channel TEXT NOT NULL DEFAULT '',
  queue TEXT NOT NULL DEFAULT '',
  attributes TEXT NOT NULL DEFAULT '{}',
  forked_from TEXT NOT NULL DEFAULT '',
  target_kind TEXT NOT NULL DEFAULT '',
  target TEXT NOT NULL DEFAULT ''
);
CREATE INDEX runs_by_time ON runs(created);
CREATE INDEX runs_of_agent ON runs(agent, created);
CREATE INDEX runs_of_caller ON runs(caller, created) WHERE caller <> '';
CREATE INDEX runs_of_channel ON runs(channel, created) WHERE channel <> '';
CREATE INDEX runs_of_root ON runs(root, created);
CREATE INDEX runs_of_parent ON runs(parent, created) WHERE parent <> '';
CREATE INDEX runs_of_status ON runs(status, created);
CREATE INDEX runs_by_end ON runs(ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX runs_that_continue ON runs(continues) WHERE continues <> '';
CREATE INDEX runs_forked ON runs(forked_from) WHERE forked_from <> '';
CREATE INDEX runs_open ON runs(worker) WHERE ended = 0;
CREATE INDEX runs_undriven ON runs(worker, updated) WHERE worker IS NULL AND ended=0;
CREATE INDEX runs_ready ON runs(id) WHERE status IN ('queued','running');
CREATE INDEX runs_by_wake ON runs(wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX runs_by_parking ON runs(updated) WHERE wake_at IS NOT NULL;
CREATE INDEX runs_with_children ON runs(id) WHERE reason = 'child';
)sql";

// `format`: of the executus that wrote the row. It has no default, so that one of format 3 that had the database open
// while it was brought up cannot become a worker any more.
const char* const kWorkerTable = R"sql(
CREATE TABLE workers(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  pid INTEGER NOT NULL,
  beat INTEGER NOT NULL DEFAULT 0,
  started INTEGER NOT NULL,
  format INTEGER NOT NULL
);
)sql";

// `run`: the number of the run's row while entries of it are left; they are deleted a few at a time.
const char* const kErasedTable = R"sql(
CREATE TABLE erased(
  run_id TEXT PRIMARY KEY,
  run INTEGER
) WITHOUT ROWID;
CREATE INDEX erased_in_part ON erased(run) WHERE run IS NOT NULL;
)sql";

namespace {

// `name` is that of a signal.
constexpr const char* kOtherTables = R"sql(
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT '',
  due INTEGER NOT NULL,
  tried INTEGER NOT NULL
);
CREATE UNIQUE INDEX outbox_of_run ON outbox(run, seq);
CREATE INDEX outbox_pending ON outbox(due) WHERE state = 'pending';
CREATE TABLE entries(
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  elapsed INTEGER NOT NULL,
  body TEXT NOT NULL
);
CREATE UNIQUE INDEX entries_of_run ON entries(run, seq);
CREATE TABLE inbox(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  payload TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX inbox_of_run ON inbox(run);
CREATE INDEX inbox_cancels ON inbox(run) WHERE kind='cancel';
)sql";

}  // namespace

void create_tables(Connection& connection) {
  for (const char* part : {kRunTable, kOtherTables, kWorkerTable, kErasedTable}) connection.execute(part);
  for (const char* tables : battery_tables()) connection.execute(tables);
}

}  // namespace executus::sqlite
