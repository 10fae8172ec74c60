#include "store/sqlite/journal_reader.hpp"

#include <limits>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "store/sqlite/connection/table_values.hpp"

namespace executus::sqlite {
namespace {

// The parameters of what a filter asks, in the texts below: ?1 agent, ?2 caller, ?3 since, ?4 parent, ?5 root, ?6
// channel, ?7 the run alone, ?8 the run that is continued, ?9 and ?10 time and number of the place where the page
// begins, ?11 ended before. A condition that is not asked is not in the text, so that SQLite takes the index of one
// that is.
constexpr std::string_view kCaller = " AND r.caller=?2 AND r.caller<>''";
constexpr std::string_view kParent = " AND r.parent=?4 AND r.parent<>''";
constexpr std::string_view kChannel = " AND r.channel=?6 AND r.channel<>''";
constexpr std::string_view kContinues = " AND r.continues=?8 AND r.continues<>''";
constexpr std::string_view kAfter = " AND r.created<=?9 AND (r.created<?9 OR r.id<?10)";
constexpr std::string_view kAfterEnd = " AND r.ended_at>=?9 AND (r.ended_at>?9 OR r.id>?10)";

// ?13 now. A run that waits for a time is due then, and also when it is earlier now than it was when the run parked
// (its last entry says when): then the clock was set, and the time may be far away. A run that waits for a child is
// due when it has no unfinished one. A steer message is heard by the next step, and there is none while a call is
// open. A signal is one that the run waits for. "+" keeps SQLite from walking over all runs of a status: those to look
// at are few, and named below.
constexpr std::string_view kClaimable =
    " AND r.ended=0 AND (+r.status IN ('queued','running') OR (+r.status='waiting' AND (r.wake_at<=?13 "
    "OR (r.wake_at>?13 AND EXISTS(SELECT 1 FROM entries e WHERE e.run=r.id AND e.seq=r.last_seq AND e.at>?13)) "
    "OR EXISTS(SELECT 1 FROM inbox i WHERE i.run=r.id AND iif(i.kind='signal', instr(r.signals,'|'||i.name||'|'), "
    "i.kind<>'steer' OR r.reason NOT IN ('in_doubt','approval','child','timer','signal'))) "
    "OR (r.reason='child' AND NOT EXISTS(SELECT 1 FROM runs c WHERE c.parent=r.run_id AND c.parent<>'' AND "
    "c.ended=0)))))";

// The rows among which all that kClaimable takes are, by an index each: runs that have ended, or wait for long, cost a
// look through the whole store nothing. A row's `updated` is not before its last entry.
constexpr std::string_view kMayBeClaimable =
    " AND r.id IN (SELECT id FROM runs WHERE status IN ('queued','running') "
    "UNION ALL SELECT id FROM runs WHERE wake_at<=?13 "
    "UNION ALL SELECT id FROM runs WHERE wake_at IS NOT NULL AND updated>?13 "
    "UNION ALL SELECT run FROM inbox "
    "UNION ALL SELECT id FROM runs WHERE reason='child')";

// ?12 since. The same for RunFilter::changed_since: runs that nobody has written about cost a look nothing.
constexpr std::string_view kMayHaveChanged =
    " AND r.id IN (SELECT id FROM runs WHERE worker IS NULL AND ended=0 AND updated>=?12 "
    "UNION ALL SELECT id FROM runs WHERE worker IS NOT NULL AND ended=0 "
    "UNION ALL SELECT id FROM runs WHERE wake_at<=?13 AND wake_at>=?12 "
    "UNION ALL SELECT id FROM runs WHERE wake_at IS NOT NULL AND updated>?13 "
    "UNION ALL SELECT run FROM inbox "
    "UNION ALL SELECT id FROM runs WHERE reason='child')";

constexpr std::string_view kToldToEnd = " AND r.id IN (SELECT run FROM inbox WHERE kind='cancel')";

std::int64_t ms_or_ever(std::optional<WallTime> time) {
  return time ? to_ms(*time) : std::numeric_limits<std::int64_t>::min();
}

constexpr const char* kNewestFirst = " ORDER BY r.created DESC, r.id DESC LIMIT ?13";
constexpr const char* kByEnd = " AND r.ended_at IS NOT NULL ORDER BY r.ended_at, r.id LIMIT ?13";

std::string status_condition(const std::vector<RunStatus>& statuses) {
  if (statuses.empty()) return "";
  std::string names;
  for (auto status : statuses) names += (names.empty() ? "'" : ",'") + std::string(to_string(status)) + "'";
  return " AND r.status IN (" + names + ")";
}

std::string conditions_of(const journal::RunFilter& filter) {
  using enum journal::RunFilter::Started;
  std::string sql = "1";
  auto add = [&](bool asked, std::string_view condition) {
    if (asked) sql += condition;
  };
  add(!filter.agent.empty(), " AND r.agent=?1");
  add(!filter.caller.empty(), kCaller);
  add(filter.since.has_value(), " AND r.created>=?3");
  add(!filter.parent.empty(), kParent);
  add(!filter.root.empty(), " AND r.root=?5");
  add(!filter.channel.empty(), kChannel);
  add(!filter.only.empty(), " AND r.run_id=?7");
  add(!filter.continues.empty(), kContinues);
  add(filter.after.has_value(), filter.order == journal::RunFilter::Order::by_end ? kAfterEnd : kAfter);
  add(filter.ended_before.has_value(), " AND r.ended_at<?11");
  add(filter.started == without_parent, " AND r.parent=''");
  add(filter.started == by_a_caller, " AND r.parent='' AND (r.channel<>'schedule' OR r.forked_from<>'')");
  return sql + status_condition(filter.statuses);
}

// `last` is the parameter behind those of the filter.
Rows query(Statement& statement, const journal::RunFilter& filter, std::int64_t last) {
  auto after = filter.after.value_or(journal::RunPlace{});
  return statement.query(filter.agent, filter.caller, ms_or_ever(filter.since), filter.parent, filter.root,
                         filter.channel, filter.only.str(), filter.continues, to_ms(after.time), after.number,
                         ms_or_ever(filter.ended_before), ms_or_ever(filter.changed_since), last);
}

std::int64_t sql_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max()));
}

RunId run_id_of(std::string_view text) {
  if (auto id = RunId::parse(text)) return *id;
  throw failed("store.corrupt", "the database holds a run id that is none; restore a backup");
}

}  // namespace

// Little of each: what is put in order is all that is due, and that may be much.
std::string sql_of_claimable(const journal::RunFilter& filter) {
  bool told_to_end = filter.told == journal::RunFilter::Told::to_end;
  bool whole_store = filter.only.empty() && filter.parent.empty() && !filter.changed_since;
  auto sql = "SELECT r.id, r.priority, r.agent, r.caller, r.queue, r.status='queued', r.run_id, " +
             std::string(kDriverColumns) + " FROM " + std::string(kRunTables) + " WHERE " + conditions_of(filter);
  sql.append(kClaimable).append(told_to_end ? kToldToEnd : whole_store ? kMayBeClaimable : "");
  return sql.append(filter.changed_since ? kMayHaveChanged : "");
}

std::string sql_of_list(const journal::RunFilter& filter) {
  return "SELECT " + std::string(kRunColumns) + " FROM " + std::string(kRunTables) + " WHERE " + conditions_of(filter) +
         (filter.order == journal::RunFilter::Order::by_end ? kByEnd : kNewestFirst);
}

Statement& JournalReader::look(std::string sql) {
  auto known = looks_.find(sql);
  if (known != looks_.end()) return known->second;
  Statement statement(*connection_, sql);
  return looks_.emplace(std::move(sql), std::move(statement)).first->second;
}

namespace {
bool is_left_out(const journal::RunFilter& filter, std::string_view run) {
  return !filter.without.empty() && filter.without.contains(run_id_of(run));
}
}  // namespace

void JournalReader::add_due(journal::Turns& turns, Drivers& drivers, const journal::RunFilter& filter, WallTime now) {
  using Offer = journal::Turns::Offer;
  auto rows = query(look(sql_of_claimable(filter)), filter, to_ms(now));
  while (rows.next()) {
    auto driver = driver_of(rows, 7);
    bool is_driven = drivers.lives(driver), is_queued = rows.integer(5) != 0;
    if ((is_driven && !is_queued) || is_left_out(filter, rows.text(6))) continue;
    bool offered = !is_driven || (filter.own_queued && drivers.is_self(driver));
    turns.due(rows.integer(0), static_cast<int>(rows.integer(1)), {rows.text(2), rows.text(3), rows.text(4)},
              offered ? Offer::to_all : Offer::reserved);
  }
}

// Meanwhile others may have taken some of them.
std::vector<journal::RunRow> JournalReader::claimable(const journal::RunFilter& filter, WallTime now, std::int64_t self,
                                                      Liveness& liveness) {
  bool need_places = filter.told != journal::RunFilter::Told::to_end;
  Drivers drivers(self, liveness);
  journal::Turns turns(need_places ? places().limits() : std::vector<journal::QueueLimit>{}, journal::round_of(now));
  add_due(turns, drivers, filter, now);
  if (turns.asks_who_is_driven()) places().add_driven(turns, drivers);
  auto& row = look("SELECT " + std::string(kRunColumns) + " FROM " + std::string(kRunTables) + " WHERE r.id=?");
  std::vector<journal::RunRow> found;
  for (auto id : turns.take(filter.limit)) {
    auto rows = row.query(id);
    if (!rows.next()) continue;
    auto run = run_of(rows);
    bool is_free = run.row.status == RunStatus::queued || !drivers.lives(run.driver);
    if (is_free && !is_terminal(run.row.status)) found.push_back(std::move(run.row));
  }
  return found;
}

Places& JournalReader::places() {
  if (!places_) places_.emplace(*connection_);
  return *places_;
}

std::optional<journal::QueueLimit> JournalReader::limit_on(const RunId& run, std::int64_t self, Liveness& liveness) {
  if (places().limits().empty()) return std::nullopt;
  auto row = find(run);
  if (!row) return std::nullopt;
  Drivers drivers(self, liveness);
  return places().limit_on({row->number, run.str(), {row->agent, row->caller, row->queue}}, drivers);
}

std::vector<journal::QueueLoad> JournalReader::load(std::int64_t self, Liveness& liveness) {
  Drivers drivers(self, liveness);
  return places().load(drivers);
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
  Statement statement(*connection_, sql_of_list(filter));
  auto rows = query(statement, filter, sql_limit(filter.limit));
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
    if (rows.next() && !drivers.lives(run_of(rows).driver)) found.push_back(run);
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

journal::Outgoing outgoing_at(const Rows& row) {
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

std::vector<journal::Outgoing> JournalReader::outgoing_due(WallTime now, std::size_t limit,
                                                           const std::vector<journal::Target>& without) {
  boost::json::array targets;
  for (const auto& each : without) targets.push_back(boost::json::array{each.kind, each.id});
  auto left_out = write_json(targets);  // read while rows are
  Statement statement(*connection_, kOutgoing +
                                        "WHERE o.state='pending' AND (o.due<=?1 OR o.tried>?1) AND (r.target_kind, "
                                        "r.target) NOT IN (SELECT json_extract(value,'$[0]'), "
                                        "json_extract(value,'$[1]') FROM json_each(?3)) ORDER BY o.due, o.id LIMIT ?2");
  auto rows = statement.query(to_ms(now), sql_limit(limit), left_out);
  std::vector<journal::Outgoing> due;
  while (rows.next()) due.push_back(outgoing_at(rows));
  return due;
}

std::optional<journal::Outgoing> JournalReader::outgoing_of(const RunId& run) {
  Statement statement(*connection_, kOutgoing + "WHERE r.run_id=? AND r.ended=1 ORDER BY o.seq DESC LIMIT 1");
  auto rows = statement.query(run.str());
  return rows.next() ? std::optional(outgoing_at(rows)) : std::nullopt;
}

std::vector<journal::Outgoing> JournalReader::outgoing_in(journal::OutgoingState state, std::size_t limit) {
  Statement statement(*connection_,
                      kOutgoing + "WHERE o.state=? AND r.ended=1 AND o.seq=r.last_seq ORDER BY r.run_id LIMIT ?");
  auto rows = statement.query(to_string(state), sql_limit(limit));
  std::vector<journal::Outgoing> found;
  while (rows.next()) found.push_back(outgoing_at(rows));
  return found;
}

std::uint64_t JournalReader::size() {
  auto pages = connection_->integer("PRAGMA page_count") - connection_->integer("PRAGMA freelist_count");
  return static_cast<std::uint64_t>(pages * connection_->integer("PRAGMA page_size"));
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
