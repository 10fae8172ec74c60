#include "store/sqlite/journal_reader.hpp"

#include <limits>
#include <map>
#include <utility>

#include "store/sqlite/table_values.hpp"

namespace executus::sqlite {
namespace {

// ?1 agent, ?2 caller, ?3 since, ?4 statuses as ",a,b,"; empty: any.
constexpr std::string_view kFiltered =
    "(?1='' OR r.agent=?1) AND (?2='' OR r.caller=?2) AND r.created>=?3 AND (?4='' OR instr(?4,','||r.status||','))";

// ?5 parent. Two texts, since the index of children serves a plain comparison only.
constexpr std::string_view kOfAnyParent = " AND ?5=''";
constexpr std::string_view kOfParent = " AND r.parent=?5 AND r.parent<>''";

// ?6 now. A run that waits for a time is due then, and also when it is earlier now than it was when the run parked
// (its last entry says when): then the clock was set, and the time may be far away. A run that waits for a child is
// due when it has no unfinished one. A steer message is heard by the next step, and there is none while a call is
// open. A signal is one that the run waits for.
constexpr std::string_view kClaimable =
    " AND r.ended=0 AND (r.status IN ('queued','running') OR (r.status='waiting' AND (r.wake_at<=?6 "
    "OR (r.wake_at>?6 AND EXISTS(SELECT 1 FROM entries e WHERE e.run=r.id AND e.seq=r.last_seq AND e.at>?6)) "
    "OR EXISTS(SELECT 1 FROM inbox i WHERE i.run=r.id AND iif(i.kind='signal', instr(r.signals,'|'||i.name||'|'), "
    "i.kind<>'steer' OR r.reason NOT IN ('in_doubt','approval','child','timer','signal'))) "
    "OR (r.reason='child' AND NOT EXISTS(SELECT 1 FROM runs c WHERE c.parent=r.run_id AND c.parent<>'' AND "
    "c.ended=0)))))";

// The rows among which all that kClaimable takes are, by an index each: runs that have ended, or wait for long, cost a
// look through the whole store nothing. A row's `updated` is not before its last entry.
constexpr std::string_view kMayBeClaimable =
    " AND r.id IN (SELECT id FROM runs WHERE status IN ('queued','running') "
    "UNION ALL SELECT id FROM runs WHERE wake_at<=?6 "
    "UNION ALL SELECT id FROM runs WHERE wake_at IS NOT NULL AND updated>?6 "
    "UNION ALL SELECT run FROM inbox "
    "UNION ALL SELECT id FROM runs WHERE reason='child')";

// ?10 since. The same for RunFilter::changed_since: runs that nobody has written about cost a look nothing.
constexpr std::string_view kMayHaveChanged =
    " AND r.id IN (SELECT id FROM runs WHERE worker IS NULL AND ended=0 AND updated>=?10 "
    "UNION ALL SELECT id FROM runs WHERE worker IS NOT NULL AND ended=0 "
    "UNION ALL SELECT id FROM runs WHERE wake_at<=?6 AND wake_at>=?10 "
    "UNION ALL SELECT id FROM runs WHERE wake_at IS NOT NULL AND updated>?6 "
    "UNION ALL SELECT run FROM inbox "
    "UNION ALL SELECT id FROM runs WHERE reason='child')";
constexpr std::string_view kSinceEver = " AND ?10<0";

constexpr std::string_view kToldToEnd = " AND r.id IN (SELECT run FROM inbox WHERE kind='cancel')";

// ?9 the run that is continued; likewise.
constexpr std::string_view kOfAnyBase = " AND ?9=''";
constexpr std::string_view kOfBase = " AND r.continues=?9 AND r.continues<>''";

// ?7 the run alone, ?8 the run before which the page begins. Texts of their own, for the sake of the indexes.
constexpr std::string_view kOnly = " AND r.run_id=?7";
constexpr std::string_view kAnyRun = " AND ?7=''";
constexpr std::string_view kBefore = " AND r.id<(SELECT id FROM runs WHERE run_id=?8)";
constexpr std::string_view kFromTheFirst = " AND ?8=''";
constexpr std::string_view kByACaller = " AND r.parent=''";

std::string select_runs(const journal::RunFilter& filter, std::string_view where) {
  using enum journal::RunFilter::Started;
  std::string sql = "SELECT " + std::string(kRunColumns) + " FROM " + std::string(kRunTables) + " WHERE ";
  sql += kFiltered;
  sql += filter.parent.empty() ? kOfAnyParent : kOfParent;
  sql += filter.continues.empty() ? kOfAnyBase : kOfBase;
  sql += filter.only.empty() ? kAnyRun : kOnly;
  sql += filter.before.empty() ? kFromTheFirst : kBefore;
  if (filter.started == by_a_caller) sql += kByACaller;
  return sql.append(where);
}

std::int64_t ms_or_ever(std::optional<WallTime> time) {
  return time ? to_ms(*time) : std::numeric_limits<std::int64_t>::min();
}

std::string status_list(const journal::RunFilter& filter) {
  if (filter.statuses.empty()) return "";
  std::string list = ",";
  for (auto status : filter.statuses) (list += to_string(status)) += ',';
  return list;
}

std::int64_t sql_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max()));
}

RunId run_id_of(std::string_view text) {
  if (auto id = RunId::parse(text)) return *id;
  throw failed("store.corrupt", "the database holds a run id that is none; restore a backup");
}

// Whether each driver lives, asked once.
class Drivers {
 public:
  Drivers(std::int64_t self, Liveness& liveness) : self_(self), liveness_(liveness) {}

  bool drives(const RunAndDriver& run) {
    if (!run.driver) return false;
    if (*run.driver == self_) return true;
    if (!run.driver_seen) return false;
    auto [known, is_new] = alive_.try_emplace(*run.driver, false);
    if (is_new) known->second = liveness_.is_alive(*run.driver_seen);
    return known->second;
  }

 private:
  const std::int64_t self_;
  Liveness& liveness_;
  std::map<std::int64_t, bool> alive_;
};

}  // namespace

std::string sql_of_claimable(const journal::RunFilter& filter) {
  bool told_to_end = filter.told == journal::RunFilter::Told::to_end;
  bool whole_store = filter.only.empty() && filter.parent.empty() && !filter.changed_since;
  auto among = told_to_end ? kToldToEnd : whole_store ? kMayBeClaimable : "";
  auto where = std::string(kClaimable).append(among).append(filter.changed_since ? kMayHaveChanged : kSinceEver);
  return select_runs(filter, where.append(" ORDER BY r.id"));
}

Statement& JournalReader::look(std::string sql) {
  auto known = looks_.find(sql);
  if (known != looks_.end()) return known->second;
  Statement statement(*connection_, sql);
  return looks_.emplace(std::move(sql), std::move(statement)).first->second;
}

std::vector<journal::RunRow> JournalReader::claimable(const journal::RunFilter& filter, WallTime now, std::int64_t self,
                                                      Liveness& liveness) {
  auto& statement = look(sql_of_claimable(filter));
  auto statuses = status_list(filter);
  auto rows =
      statement.query(filter.agent, filter.caller, ms_or_ever(filter.since), statuses, filter.parent, to_ms(now),
                      filter.only.str(), filter.before.str(), filter.continues, ms_or_ever(filter.changed_since));
  Drivers drivers(self, liveness);
  std::vector<journal::RunRow> found;
  while (found.size() < filter.limit && rows.next())
    if (auto run = run_of(rows); !drivers.drives(run)) found.push_back(std::move(run.row));
  return found;
}

std::vector<journal::Command> JournalReader::inbox(const RunId& run) {
  Statement statement(*connection_, "SELECT " + std::string(kCommandColumns) +
                                        " FROM inbox WHERE run=(SELECT id FROM runs WHERE run_id=?) ORDER BY id");
  auto rows = statement.query(run.str());
  std::vector<journal::Command> commands;
  while (rows.next()) commands.push_back(command_of(rows));
  return commands;
}

std::vector<RunId> JournalReader::owned_with_commands(std::int64_t self) {
  Statement statement(
      *connection_,
      "SELECT run_id FROM runs WHERE worker=? AND ended=0 AND id IN (SELECT run FROM inbox WHERE kind<>'signal')");
  auto rows = statement.query(self);
  std::vector<RunId> ids;
  while (rows.next()) ids.push_back(run_id_of(rows.text(0)));
  return ids;
}

std::optional<journal::RunRow> JournalReader::find(const RunId& run) {
  Statement statement(*connection_,
                      "SELECT " + std::string(kRunColumns) + " FROM " + std::string(kRunTables) + " WHERE r.run_id=?");
  auto rows = statement.query(run.str());
  if (!rows.next()) return std::nullopt;
  return run_of(rows).row;
}

std::vector<journal::RunRow> JournalReader::list(const journal::RunFilter& filter) {
  Statement statement(*connection_, select_runs(filter, " ORDER BY r.id DESC LIMIT ?6"));
  auto statuses = status_list(filter);
  auto rows = statement.query(filter.agent, filter.caller, ms_or_ever(filter.since), statuses, filter.parent,
                              sql_limit(filter.limit), filter.only.str(), filter.before.str(), filter.continues);
  std::vector<journal::RunRow> found;
  while (rows.next()) found.push_back(run_of(rows).row);
  return found;
}

std::vector<journal::Entry> JournalReader::read(const RunId& run, std::uint64_t after, std::size_t limit) {
  Statement statement(*connection_,
                      "SELECT seq, at, elapsed, kind, body FROM entries "
                      "WHERE run=(SELECT id FROM runs WHERE run_id=?) AND seq>? ORDER BY seq LIMIT ?");
  auto rows = statement.query(run.str(), after, sql_limit(limit));
  std::vector<journal::Entry> entries;
  while (rows.next())
    entries.push_back(decode(static_cast<std::uint64_t>(rows.integer(0)), rows.integer(1), rows.integer(2),
                             static_cast<int>(rows.integer(3)), rows.text(4)));
  return entries;
}

// One statement, asked again for each run: a look into an index each.
std::vector<RunId> JournalReader::undriven(const std::vector<RunId>& runs, std::int64_t self, Liveness& liveness) {
  Statement statement(*connection_, "SELECT " + std::string(kRunColumns) + " FROM " + std::string(kRunTables) +
                                        " WHERE r.run_id=? AND r.ended=0");
  Drivers drivers(self, liveness);
  std::vector<RunId> found;
  for (const auto& run : runs) {
    auto rows = statement.query(run.str());
    if (rows.next() && !drivers.drives(run_of(rows))) found.push_back(run);
  }
  return found;
}

// UNION takes each run once, so that a circle ends. The conditions on `parent` are those of the index of children.
std::vector<journal::RunRow> JournalReader::below(const RunId& run, std::size_t limit) {
  Statement statement(*connection_,
                      "WITH RECURSIVE below(run_id) AS (SELECT run_id FROM runs WHERE parent=?1 AND parent<>'' UNION "
                      "SELECT runs.run_id FROM below JOIN runs ON runs.parent=below.run_id WHERE runs.parent<>'') "
                      "SELECT " +
                          std::string(kRunColumns) + " FROM below b CROSS JOIN " + std::string(kRunTables) +
                          " WHERE r.run_id=b.run_id AND r.run_id<>?1 ORDER BY r.id LIMIT ?2");
  auto rows = statement.query(run.str(), sql_limit(limit));
  std::vector<journal::RunRow> found;
  while (rows.next()) found.push_back(run_of(rows).row);
  return found;
}

namespace {

const std::string kOutgoing =
    "SELECT r.run_id, o.seq, r.target_kind, r.target, o.state, o.tries, o.detail, o.due FROM outbox o JOIN runs r ON "
    "r.id=o.run ";

journal::Outgoing outgoing_in(const Rows& row) {
  auto state = journal::parse_outgoing_state(row.text(4));
  if (!state) throw failed("store.corrupt", "the database holds a delivery that cannot be read; restore a backup");
  return {run_id_of(row.text(0)),
          static_cast<std::uint64_t>(row.integer(1)),
          {std::string(row.text(2)), std::string(row.text(3))},
          *state,
          static_cast<int>(row.integer(5)),
          std::string(row.text(6)),
          from_ms(row.integer(7))};
}

}  // namespace

std::vector<journal::Outgoing> JournalReader::outgoing_due(WallTime now, std::size_t limit) {
  Statement statement(*connection_, kOutgoing +
                                        "WHERE o.state='pending' AND (o.due<=?1 OR o.tried>?1) "
                                        "ORDER BY o.due, o.id LIMIT ?2");
  auto rows = statement.query(to_ms(now), sql_limit(limit));
  std::vector<journal::Outgoing> due;
  while (rows.next()) due.push_back(outgoing_in(rows));
  return due;
}

std::optional<journal::Outgoing> JournalReader::outgoing_of(const RunId& run) {
  Statement statement(*connection_, kOutgoing + "WHERE r.run_id=? AND r.ended=1 ORDER BY o.seq DESC LIMIT 1");
  auto rows = statement.query(run.str());
  return rows.next() ? std::optional(outgoing_in(rows)) : std::nullopt;
}

// Run ids are ASCII: '\\x7f' comes after everything they may hold.
std::vector<RunId> JournalReader::complete_id(const std::string& prefix, std::size_t limit) {
  Statement statement(*connection_, "SELECT run_id FROM runs WHERE run_id>=? AND run_id<? ORDER BY run_id LIMIT ?");
  auto end = prefix + '\x7f';
  auto rows = statement.query(prefix, end, sql_limit(limit));
  std::vector<RunId> ids;
  while (rows.next()) ids.push_back(run_id_of(rows.text(0)));
  return ids;
}

}  // namespace executus::sqlite
