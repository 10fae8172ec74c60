#include "store/sqlite/format/from_format_3.hpp"

#include <optional>
#include <string>

#include <executus/base/error.hpp>
#include <executus/base/json.hpp>
#include <executus/journal/entry.hpp>
#include <executus/journal/projection.hpp>

#include "journal/admitted_row.hpp"
#include "store/sqlite/connection/table_values.hpp"
#include "store/sqlite/format/schema.hpp"

namespace executus::sqlite {
namespace {

// Not every executus of format 3 made the indexes that are asked for with IF.
// The sequence of workers' numbers goes on: a number of a dead worker may stand in a run's row.
constexpr const char* kSetAside = R"sql(
DROP INDEX runs_open; DROP INDEX runs_of_parent; DROP INDEX runs_ready; DROP INDEX runs_by_wake;
DROP INDEX runs_by_parking; DROP INDEX runs_with_children; DROP INDEX runs_that_continue;
DROP INDEX IF EXISTS runs_undriven;
CREATE INDEX IF NOT EXISTS inbox_cancels ON inbox(run) WHERE kind='cancel';
ALTER TABLE runs RENAME TO runs_3;
ALTER TABLE workers RENAME TO workers_3;
DROP TABLE erased;
)sql";

constexpr const char* kCopy = R"sql(
INSERT INTO workers(id, name, host, boot, pid, beat, started, format)
  SELECT id, name, host, boot, pid, beat, started, 3 FROM workers_3;
DELETE FROM sqlite_sequence WHERE name='workers';
UPDATE sqlite_sequence SET name='workers' WHERE name='workers_3';
DROP TABLE workers_3;
INSERT INTO runs(id, epoch, worker, last_seq, status, ended, durability, attempts, fruitless, steps, input, output,
    cache_read, cache_write, reasoning, updated, wake_at, signals, created, reason, run_id, agent, caller, parent, root,
    continues, fingerprint, definition, forked_from, target_kind, target)
  SELECT id, epoch, worker, last_seq, status, ended, durability, attempts, fruitless, steps, input, output,
    cache_read, cache_write, reasoning, updated, wake_at, signals, created, reason, run_id, agent, caller, parent,
    iif(parent='', run_id, ''), continues, fingerprint, definition, forked_from, target_kind, target FROM runs_3;
DROP TABLE runs_3;
UPDATE runs SET root=parent WHERE root='' AND NOT EXISTS(SELECT 1 FROM runs p WHERE p.run_id=runs.parent);
)sql";

// Another generation below the roots that are known.
constexpr const char* kNextRoots =
    "UPDATE runs SET root=(SELECT p.root FROM runs p WHERE p.run_id=runs.parent) WHERE root='' AND "
    "EXISTS(SELECT 1 FROM runs p WHERE p.run_id=runs.parent AND p.root<>'')";

// A run that leads round in circles to itself has no root.
constexpr const char* kNoRoot = "UPDATE runs SET root=parent WHERE root=''";

// No price of then is known. Answers count (3, 16), and what else used tokens (14, 15, 17); what a fork took over,
// which stands before the first process that took it up (2), was another run's.
constexpr const char* kCountCalls = R"sql(
UPDATE runs SET unpriced=(SELECT count(*) FROM entries e WHERE e.run=runs.id
  AND e.seq>(SELECT min(o.seq) FROM entries o WHERE o.run=runs.id AND o.kind=2)
  AND (e.kind IN (3,16) OR (e.kind IN (14,15,17) AND json_valid(e.body)
    AND EXISTS(SELECT 1 FROM json_each(e.body, '$.usage') u WHERE u.value>0))))
)sql";

void fill_roots(Connection& connection) {
  Statement next(connection, kNextRoots);  // one: SQLite counts the steps of a statement, for Connection::tell_progress
  do next.run();
  while (connection.changes() > 0);
  connection.execute(kNoRoot);
}

// Fills what a run's own entries say.
class EntryFacts {
 public:
  explicit EntryFacts(Connection& connection)
      : entry_(connection, "SELECT kind, body FROM entries WHERE run=? AND seq=?"),
        end_(connection, "SELECT at, body FROM entries WHERE run=? AND kind=9 ORDER BY seq DESC LIMIT 1"),
        fill_(connection, "UPDATE runs SET version=?, channel=?, attributes=?, ended_at=?, error_code=? WHERE id=?") {}

  void fill(std::int64_t run, std::uint64_t definition, bool ended) {
    journal::RunRow row;
    if (auto first = payload(run, 1); first && std::holds_alternative<journal::Admitted>(*first))
      note_admitted(row, std::get<journal::Admitted>(*first));
    auto later = definition > 1 ? payload(run, definition) : std::nullopt;
    if (later && std::holds_alternative<journal::Redefined>(*later))
      row.version = journal::version_of(std::get<journal::Redefined>(*later).agent);
    if (ended) note_end(run, row);
    auto attributes = attributes_text(row.attributes);
    fill_.run(row.version, row.channel, attributes, optional_ms(row.ended_at), row.error_code, run);
  }

 private:
  // Nothing: it is not there, or this executus cannot read it, as it could not before.
  std::optional<journal::Payload> payload(std::int64_t run, std::uint64_t seq) {
    auto rows = entry_.query(run, seq);
    return rows.next() ? read(static_cast<int>(rows.integer(0)), rows.text(1)) : std::nullopt;
  }

  static std::optional<journal::Payload> read(int kind, std::string_view body) {
    try {
      return journal::decode(kind, body);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  void note_end(std::int64_t run, journal::RunRow& row) {
    auto rows = end_.query(run);
    if (!rows.next()) return;
    row.ended_at = from_ms(rows.integer(0));
    if (auto end = read(9, rows.text(1))) row.error_code = std::get<journal::Ended>(*end).error_code;
  }

  Statement entry_, end_, fill_;
};

void fill_from_entries(Connection& connection) {
  EntryFacts facts(connection);
  Statement next(connection, "SELECT id, definition, ended FROM runs WHERE id>? ORDER BY id LIMIT 1");
  for (std::int64_t run = 0;;) {
    auto rows = next.query(run);
    if (!rows.next()) return;
    run = rows.integer(0);
    facts.fill(run, static_cast<std::uint64_t>(rows.integer(1)), rows.integer(2) != 0);
  }
}

}  // namespace

void from_format_3(Connection& connection) {
  connection.execute(kSetAside);
  for (const char* part : {kRunTable, kWorkerTable, kErasedTable}) connection.execute(part);
  connection.execute(kCopy);
  fill_roots(connection);
  connection.execute(kCountCalls);
  fill_from_entries(connection);
}

}  // namespace executus::sqlite
