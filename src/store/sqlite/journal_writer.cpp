#include "store/sqlite/journal_writer.hpp"

#include <algorithm>
#include <utility>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "journal/admitted_row.hpp"
#include "journal/answer.hpp"
#include "journal/placement.hpp"
#include "journal/signal_command.hpp"

namespace executus::sqlite {
namespace {

constexpr const char* kAdvance =
    "UPDATE runs SET last_seq=?, updated=?, steps=steps+?, input=input+?, output=output+?, cache_read=cache_read+?, "
    "cache_write=cache_write+?, reasoning=reasoning+?, cost_nano_usd=cost_nano_usd+?, unpriced=unpriced+?, "
    "fruitless=iif(?,0,fruitless)";

}  // namespace

// What an append has to know about its run.
struct JournalWriter::Tail {
  std::int64_t id = 0;
  journal::Tail end;
  std::string status;
  bool has_commands = false;
};

JournalWriter::JournalWriter(Connection& connection, const Worker& worker, Liveness& liveness, const Clock& clock)
    : connection_(connection),
      worker_(worker),
      liveness_(liveness),
      clock_(clock),
      find_(connection,
            "SELECT " + std::string(kRunColumns) + " FROM " + std::string(kRunTables) + " WHERE r.run_id=?"),
      is_erased_(connection, "SELECT 1 FROM erased WHERE run_id=?"),
      insert_run_(connection,
                  "INSERT INTO runs(run_id, status, agent, caller, parent, durability, fingerprint, created, updated, "
                  "epoch, worker, last_seq, attempts, fruitless, continues, steps, forked_from, target_kind, target, "
                  "root, version, channel, attributes, priority, queue) "
                  "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
      root_of_(connection, "SELECT root FROM runs WHERE run_id=?"),
      tail_(connection,
            "SELECT epoch, worker, last_seq, status, EXISTS(SELECT 1 FROM inbox WHERE run=runs.id) FROM runs "
            "WHERE id=?"),
      insert_entry_(connection, "INSERT INTO entries(run, seq, kind, at, elapsed, body) VALUES(?,?,?,?,?,?)"),
      stored_entry_(connection, "SELECT kind, body FROM entries WHERE run=? AND seq=?"),
      advance_(connection, std::string(kAdvance) + " WHERE id=?"),
      advance_with_status_(
          connection,
          std::string(kAdvance) + ", status=?, reason=?, wake_at=?, signals=?, ended_at=?, error_code=? WHERE id=?"),
      redefine_(connection, "UPDATE runs SET definition=?, version=? WHERE id=?"),
      end_(connection, "UPDATE runs SET ended=1, worker=NULL WHERE id=?"),
      send_out_(connection,
                "INSERT INTO outbox(run, seq, state, due, tried) "
                "SELECT id, last_seq, 'pending', ?1, ?1 FROM runs WHERE id=?2 AND target<>''"),
      withdraw_(connection, "DELETE FROM outbox WHERE run=? AND state='pending'"),
      take_outgoing_(connection,
                     "UPDATE outbox SET tries=tries+1, tried=?1, due=?1+?2 WHERE run=(SELECT id FROM runs WHERE "
                     "run_id=?3) AND seq=?4 AND tries=?5 AND state='pending'"),
      settle_outgoing_(connection,
                       "UPDATE outbox SET state=?1, detail=?2, due=?3 WHERE run=(SELECT id FROM runs WHERE run_id=?4) "
                       "AND seq=?5 AND (state='pending' AND tries=?6 OR ?1='delivered' AND state<>'delivered')"),
      send_again_(connection,
                  "UPDATE outbox SET state='pending', due=?1, tried=?1 WHERE (run, seq)=(SELECT id, last_seq FROM runs "
                  "WHERE run_id=?2 AND ended=1) AND state='refused'"),
      amend_(connection, "UPDATE runs SET ended=0, worker=NULL, epoch=epoch+1 WHERE id=?"),
      unread_(connection, "SELECT id FROM inbox WHERE run=?"),
      consume_(connection, "DELETE FROM inbox WHERE id=? AND run=?"),
      take_(connection,
            "UPDATE runs SET epoch=epoch+1, worker=?, attempts=attempts+1, updated=max(updated,?), "
            "fruitless=fruitless+NOT EXISTS(SELECT 1 FROM runs c WHERE c.parent=runs.run_id AND c.parent<>'' AND "
            "c.ended=0), "
            "status=iif(status='queued','running',status) WHERE id=?"),
      release_(connection,
               "UPDATE runs SET worker=NULL, fruitless=max(0,fruitless-?), updated=max(updated,?) "
               "WHERE run_id=? AND epoch=? AND worker=?"),
      quarantine_(connection,
                  "UPDATE runs SET status='quarantined', reason=?, wake_at=NULL, signals='', worker=NULL, updated=? "
                  "WHERE run_id=? AND epoch=? AND worker=? AND ended=0"),
      lift_(connection,
            "UPDATE runs SET status='running', reason='', fruitless=0, worker=NULL, updated=? "
            "WHERE run_id=? AND status='quarantined'"),
      post_(connection, "INSERT INTO inbox(run, kind, name, payload, at) VALUES(?,?,?,?,?)"),
      inbox_(connection, "SELECT " + std::string(kCommandColumns) + " FROM inbox WHERE run=? ORDER BY id"),
      cancel_children_(connection,
                       "WITH RECURSIVE below(id, run_id, ended) AS ("
                       "SELECT id, run_id, ended FROM runs WHERE parent=?2 AND parent<>'' AND status<>'ok' UNION "
                       "SELECT runs.id, runs.run_id, runs.ended FROM below JOIN runs ON runs.parent=below.run_id "
                       "WHERE runs.parent<>'' AND runs.status<>'ok') "
                       "INSERT INTO inbox(run, kind, payload, at) SELECT id, 'cancel', '{}', ?1 FROM below "
                       "WHERE ended=0"),
      erasure_(connection),
      places_(connection) {}

std::optional<RunAndDriver> JournalWriter::find(const RunId& run) {
  auto rows = find_.query(run.str());
  return rows.next() ? std::optional(run_of(rows)) : std::nullopt;
}

bool JournalWriter::is_erased(std::string_view run) { return !run.empty() && is_erased_.query(run).next(); }

journal::AdmitResult JournalWriter::admit(const EncodedAdmission& submitted) {
  using enum journal::AdmitVerdict;
  const auto& admission = submitted.admission;
  if (is_erased(admission.id.str())) return {erased, {}};
  if (auto existing = find(admission.id))
    return {existing->fingerprint == admission.fingerprint ? exists : conflict, std::move(existing->row)};
  if (is_erased(admission.continues)) throw journal::base_erased(admission.id, admission.continues);
  auto row = submitted.row;
  bool owned = admission.start == journal::Start::owned;
  bool was_driven = !submitted.so_far.empty();
  if (owned && !was_driven && limit_on(0, row)) leave_queued(row);
  row.updated = clock_.wall();
  if (!was_driven) row.created = row.updated;
  if (owned) row.worker = worker_.name();
  row.root = root_of(row);
  insert_run(row, admission);
  auto id = row.number = connection_.last_id();
  for (const auto& entry : submitted.entries) insert_entry(id, entry);
  if (owned) owned_[row.id] = {id, row.durability};
  if (row.status == RunStatus::queued) news_ = true;
  if (!was_driven) return {created, std::move(row)};
  insert_entries(row.id, submitted.so_far, Tail{id, {}, std::string(to_string(row.status)), false});
  return {created, find(row.id)->row};
}

void JournalWriter::insert_run(const journal::RunRow& row, const journal::Admission& admission) {
  auto driver = row.worker.empty() ? std::nullopt : std::optional(worker_.id());
  insert_run_.run(row.id.str(), to_string(row.status), row.agent, row.caller, row.parent, to_string(row.durability),
                  admission.fingerprint, to_ms(row.created), to_ms(row.updated), row.epoch, driver, row.last_seq,
                  row.attempts, row.fruitless, row.continues, row.steps, row.forked_from, admission.target.kind,
                  admission.target.id, row.root, row.version, row.channel, attributes_text(row.attributes),
                  row.priority, row.queue);
}

std::string JournalWriter::root_of(const journal::RunRow& row) {
  if (row.parent.empty()) return row.id.str();
  auto rows = root_of_.query(row.parent);
  return rows.next() ? std::string(rows.text(0)) : row.parent;
}

void JournalWriter::insert_entry(std::int64_t run, const EncodedEntry& entry) {
  insert_entry_.run(run, entry.seq, entry.kind, entry.at_ms, entry.elapsed_ms, entry.body);
}

std::optional<std::int64_t> JournalWriter::id_of(const RunId& run) {
  if (auto known = owned_.find(run); known != owned_.end()) return known->second.id;
  auto stored = find(run);
  if (!stored) return std::nullopt;
  if (stored->driver.id == worker_.id()) owned_[run] = {stored->id, stored->row.durability};
  return stored->id;
}

std::optional<JournalWriter::Tail> JournalWriter::tail_of(const RunId& run) {
  auto id = id_of(run);
  if (!id) return std::nullopt;
  auto rows = tail_.query(*id);
  if (!rows.next()) return std::nullopt;
  journal::Tail end{rows.integer(0), static_cast<std::uint64_t>(rows.integer(2)),
                    !rows.is_null(1) && rows.integer(1) == worker_.id()};
  return Tail{*id, end, std::string(rows.text(3)), rows.integer(4) != 0};
}

journal::Appended JournalWriter::append(const EncodedAppend& append) {
  using enum journal::AppendVerdict;
  auto tail = tail_of(append.run);
  if (!tail) return {ownership_lost, false};
  auto first_seq = append.entries.empty() ? tail->end.last_seq + 1 : append.entries.front().seq;
  auto placement = journal::place(tail->end, append.epoch, first_seq, append.entries.size());
  if (placement.fit == journal::Placement::Fit::ownership_lost) {
    owned_.erase(append.run);
    return {ownership_lost, false};
  }
  if (placement.fit == journal::Placement::Fit::gap)
    throw journal::misplaced(append.run, first_seq, tail->end.last_seq);
  check_same(append, *tail, placement.present);
  if (append.refuse_when_unread && tail->has_commands && has_unread(tail->id, append.consume))
    return {unread_commands, true};
  for (auto command : append.consume) consume_.run(command, tail->id);
  if (placement.present < append.entries.size())
    insert_entries(append.run, std::span(append.entries).subspan(placement.present), *tail);
  for (const auto& child : append.admit) (void)admit(child);  // one that exists stays as it is
  if (append.cancel_children) cancel_children_.run(now_ms(), append.run.str());
  return {appended, tail->has_commands && has_unread(tail->id, {})};
}

// The entries of a repeated append must be those that are stored under its numbers; others were written by another
// owner of the run.
void JournalWriter::check_same(const EncodedAppend& append, const Tail& tail, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto& entry = append.entries[i];
    auto rows = stored_entry_.query(tail.id, entry.seq);
    if (!rows.next() || rows.integer(0) != entry.kind || rows.text(1) != entry.body)
      throw journal::misplaced(append.run, entry.seq, tail.end.last_seq);
  }
}

bool JournalWriter::has_unread(std::int64_t run, const std::vector<std::int64_t>& consumed) {
  auto rows = unread_.query(run);
  while (rows.next())
    if (std::ranges::find(consumed, rows.integer(0)) == consumed.end()) return true;
  return false;
}

// The row moves in the same statement order as the entries; its status is touched only when it changes.
void JournalWriter::insert_entries(const RunId& run, std::span<const EncodedEntry> entries, const Tail& tail) {
  journal::Projection change;
  for (const auto& entry : entries) {
    insert_entry(tail.id, entry);
    add(change, entry.effect);
  }
  advance(tail, entries.back().seq, change);
  if (change.definition > 0) redefine_.run(change.definition, change.version, tail.id);
  if (change.status && is_terminal(*change.status)) owned_.erase(run);
}

void JournalWriter::advance(const Tail& tail, std::uint64_t last_seq, const journal::Projection& change) {
  const auto& use = change.usage;
  bool same_status = !change.status || (*change.status == RunStatus::running && tail.status == "running");
  if (same_status) {
    advance_.run(last_seq, now_ms(), change.steps, use.input, use.output, use.cache_read, use.cache_write,
                 use.reasoning, change.cost.known.count, change.cost.unpriced, change.progress, tail.id);
    return;
  }
  advance_with_status_.run(last_seq, now_ms(), change.steps, use.input, use.output, use.cache_read, use.cache_write,
                           use.reasoning, change.cost.known.count, change.cost.unpriced, change.progress,
                           to_string(*change.status), change.reason, optional_ms(change.wake_at),
                           signals_text(change.signals), optional_ms(change.ended_at), change.error_code, tail.id);
  news_ = true;  // it may be due at once, or its end may wake its parent
  if (!is_terminal(*change.status)) return;
  end_.run(tail.id);
  send_out_.run(now_ms(), tail.id);
}

bool JournalWriter::needs_sync(const EncodedAppend& append) const {
  if (append.sync == journal::Sync::always) return true;
  auto known = owned_.find(append.run);
  return known == owned_.end() || known->second.durability == Durability::strict;
}

// Looks at the worker's lock and beat again, inside the transaction, where no other process can write.
bool JournalWriter::is_driven(const RunAndDriver& run) const {
  return Drivers(worker_.id(), liveness_).lives(run.driver);
}

std::optional<journal::QueueLimit> JournalWriter::limit_on(std::int64_t number, const journal::RunRow& row) {
  Drivers drivers(worker_.id(), liveness_);
  return places_.limit_on({number, row.id.str(), {row.agent, row.caller, row.queue}}, drivers);
}

void JournalWriter::set_limit(const journal::QueueLimit& limit) {
  places_.set_limit(limit);
  news_ = true;
}

std::optional<journal::RunRow> JournalWriter::claim(const RunId& run, std::int64_t seen_epoch) {
  auto stored = find(run);
  if (!stored || stored->row.epoch != seen_epoch || is_terminal(stored->row.status)) return std::nullopt;
  bool is_reserved = stored->row.status == RunStatus::queued && stored->driver.id == worker_.id();
  if ((is_driven(*stored) && !is_reserved) || limit_on(stored->id, stored->row)) return std::nullopt;
  take_.run(worker_.id(), now_ms(), stored->id);
  owned_[run] = {stored->id, stored->row.durability};
  return find(run)->row;
}

void JournalWriter::release(const RunId& run, std::int64_t epoch, journal::Attempt attempt) {
  owned_.erase(run);
  news_ = true;
  release_.run(attempt == journal::Attempt::counts ? 0 : 1, now_ms(), run.str(), epoch, worker_.id());
}

void JournalWriter::quarantine(const RunId& run, std::int64_t epoch, const std::string& reason) {
  owned_.erase(run);
  quarantine_.run(reason, now_ms(), run.str(), epoch, worker_.id());
}

bool JournalWriter::lift_quarantine(const RunId& run) {
  lift_.run(now_ms(), run.str());
  news_ = true;
  return connection_.changes() == 1;
}

journal::AmendVerdict JournalWriter::amend(const EncodedAmendment& amendment) {
  using enum journal::AmendVerdict;
  auto stored = find(amendment.run);
  if (!stored) return no_such_run;
  if (is_driven(*stored)) return driven;
  if (stored->row.last_seq != amendment.as_of) return moved_on;
  if (!is_terminal(stored->row.status) && has_answers(stored->id)) return answers_waiting;
  owned_.erase(amendment.run);
  Tail tail{stored->id, {}, std::string(to_string(stored->row.status)), false};
  insert_entries(amendment.run, amendment.entries, tail);
  for (const auto& command : amendment.commands) insert_command(stored->id, command, to_ms(command.at));
  withdraw_.run(stored->id);
  amend_.run(stored->id);
  return amended;
}

journal::Erased JournalWriter::erase(const RunId& run, journal::Erasing how) {
  using enum journal::EraseVerdict;
  auto stored = find(run);
  if (!stored) return {is_erased(run.str()) ? erased : no_such_run};
  auto told = erasure_.judged(stored->row);
  if (told.verdict != erased || how == journal::Erasing::only_asked) return told;
  erasure_.begin(stored->row);
  owned_.erase(run);
  swept_ = true;
  return told;
}

bool JournalWriter::sweep() {
  swept_ = true;
  return erasure_.sweep();
}

bool JournalWriter::has_leftovers() { return erasure_.has_leftovers(); }

bool JournalWriter::take_outgoing(const RunId& run, std::uint64_t seq, int tries) {
  take_outgoing_.run(now_ms(), journal::kTryHold.count(), run.str(), seq, tries);
  return connection_.changes() == 1;
}

void JournalWriter::settle_outgoing(const journal::OutgoingTry& result) {
  settle_outgoing_.run(to_string(result.state), result.detail, to_ms(result.due), result.run.str(), result.seq,
                       result.tries);
}

bool JournalWriter::send_again(const RunId& run) {
  send_again_.run(now_ms(), run.str());
  bool changed = connection_.changes() == 1;
  news_ = news_ || changed;
  return changed;
}

bool JournalWriter::has_answers(std::int64_t run) {
  auto rows = inbox_.query(run);
  while (rows.next())
    if (journal::answers_a_question(command_of(rows))) return true;
  return false;
}

journal::PostVerdict JournalWriter::post(const RunId& run, const journal::Command& command) {
  using enum journal::PostVerdict;
  auto stored = find(run);
  if (!stored) return no_such_run;
  if (is_terminal(stored->row.status)) return run_ended;
  insert_command(stored->id, command, now_ms());
  return accepted;
}

journal::Answered JournalWriter::answer(const RunId& run, std::uint64_t as_of, const journal::Command& command) {
  using enum journal::AnswerVerdict;
  auto stored = find(run);
  if (!stored) return {no_such_run};
  if (is_terminal(stored->row.status)) return {run_ended};
  if (auto earlier = earlier_answer(stored->id, command)) return {answered_before, std::move(*earlier)};
  if (stored->row.last_seq != as_of) return {moved_on};
  insert_command(stored->id, command, now_ms());
  return {accepted};
}

std::optional<journal::Command> JournalWriter::earlier_answer(std::int64_t run, const journal::Command& command) {
  auto rows = inbox_.query(run);
  while (rows.next())
    if (auto waiting = command_of(rows); journal::answers_the_same(waiting, command)) return waiting;
  return std::nullopt;
}

void JournalWriter::insert_command(std::int64_t run, const journal::Command& command, std::int64_t at_ms) {
  post_.run(run, command.kind, journal::signal_name(command), as_utf8(write_json(command.payload)), at_ms);
  news_ = true;
}

}  // namespace executus::sqlite
