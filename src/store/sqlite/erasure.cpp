#include "store/sqlite/erasure.hpp"

#include <string>
#include <utility>

namespace executus::sqlite {

Erasure::Erasure(Connection& connection)
    : connection_(connection),
      stored_(connection),
      open_parent_(connection, "SELECT run_id FROM runs WHERE run_id=? AND ended=0 LIMIT ?"),
      children_(connection, "SELECT run_id FROM runs WHERE parent=? AND parent<>'' LIMIT ?"),
      continued_by_(connection, "SELECT run_id FROM runs WHERE continues=? AND continues<>'' LIMIT ?"),
      forks_(connection, "SELECT run_id FROM runs WHERE forked_from=? AND forked_from<>'' LIMIT ?"),
      bury_(connection, "INSERT INTO erased(run_id, run) VALUES(?,?)"),
      forget_commands_(connection, "DELETE FROM inbox WHERE run=?"),
      forget_outgoing_(connection, "DELETE FROM outbox WHERE run=?"),
      forget_run_(connection, "DELETE FROM runs WHERE id=?"),
      forget_limit_(connection, "DELETE FROM budget_limits WHERE account=?"),
      forget_spent_(connection, "DELETE FROM budget_spent WHERE account=?"),
      forget_estimates_(connection, "DELETE FROM budget_estimates WHERE account=?"),
      leftover_(connection, "SELECT run, run_id FROM erased WHERE run IS NOT NULL LIMIT 1"),
      part_(connection, "SELECT id, length(CAST(body AS BLOB)) FROM entries WHERE run=? ORDER BY seq LIMIT ?"),
      delete_entry_(connection, "DELETE FROM entries WHERE id=?"),
      finish_(connection, "UPDATE erased SET run=NULL WHERE run=?"),
      free_pages_(connection, "PRAGMA freelist_count") {}

std::vector<RunId> Erasure::ids(Statement& statement, std::string_view run) {
  std::vector<RunId> found;
  auto rows = statement.query(run, journal::kKeepersTold);
  while (rows.next())
    if (auto id = RunId::parse(rows.text(0))) found.push_back(std::move(*id));
  return found;
}

journal::Erased Erasure::judged(const journal::RunRow& row) {
  using enum journal::EraseVerdict;
  if (!is_terminal(row.status)) return {not_ended, {row.id}};
  if (auto above = ids(open_parent_, row.parent); !above.empty()) return {not_ended, std::move(above)};
  if (auto later = ids(continued_by_, row.id.str()); !later.empty()) return {is_continued, std::move(later)};
  if (auto below = ids(children_, row.id.str()); !below.empty()) return {has_children, std::move(below)};
  return {erased, {}, ids(forks_, row.id.str())};
}

void Erasure::begin(const journal::RunRow& row) {
  bury_.run(row.id.str(), row.number);
  forget_commands_.run(row.number);
  forget_outgoing_.run(row.number);
  forget_run_.run(row.number);
  while (stored_.detach_files("run/" + row.id.str())) {
  }
  forget_budget("run:" + row.id.str());
}

// What the run spent in the accounts of its agent and caller is their history, and goes on counting there.
void Erasure::forget_budget(const std::string& account) {
  forget_limit_.run(account);
  forget_spent_.run(account);
  forget_estimates_.run(account);
}

bool Erasure::has_leftovers() { return leftover_.query().next() || stored_.has_detached(); }

bool Erasure::sweep() {
  std::int64_t run = 0;
  std::string id;
  {
    auto rows = leftover_.query();
    if (!rows.next()) return stored_.delete_detached() || give_pages_back();
    run = rows.integer(0);
    id = rows.text(1);
  }
  if (!stored_.delete_part(id) && !delete_entries(run)) finish_.run(run);
  return true;
}

// Whether there may be more of them.
bool Erasure::delete_entries(std::int64_t run) {
  std::vector<std::int64_t> part;
  std::int64_t bytes = 0;
  {
    auto rows = part_.query(run, kSweptRows);
    while (bytes < kSweptBytes && rows.next()) {
      bytes += rows.integer(1);
      if (bytes <= kSweptBytes || part.empty()) part.push_back(rows.integer(0));
    }
  }
  for (auto entry : part) delete_entry_.run(entry);
  return !part.empty();
}

// Free pages lie anywhere in the file; SQLite moves those at its end into them.
bool Erasure::give_pages_back() {
  std::int64_t free = 0;
  {
    auto rows = free_pages_.query();
    if (rows.next()) free = rows.integer(0);
  }
  if (free > 0) connection_.execute(("PRAGMA incremental_vacuum(" + std::to_string(kSweptPages) + ")").c_str());
  return free > kSweptPages;
}

}  // namespace executus::sqlite
