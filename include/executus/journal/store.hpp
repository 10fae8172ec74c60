// Port: where journals live. The rules it implements are docs/concepts/durability.md; executus/conformance/journal.hpp
// tests them on every implementation, yours too.
//
// A store object acts for one worker (a process that drives runs). Every run row holds the worker that drives it and an
// epoch; a claim increments the epoch, and every append names the epoch it believes in. A late writer is refused.
//
// Threads: every method from any thread; tasks complete on the asking task's strand. Appends of one run come one at a
// time. Cancellation: what changes the store cannot be cancelled once asked for; a waiting caller learns how it ended
// (shielded). Errors: Error{store.*} when the store is away or broken, with nothing changed; the caller may repeat.
// Verdicts that a caller has to branch on are in the return types.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/async/task.hpp>
#include <executus/base/ids.hpp>
#include <executus/journal/entry.hpp>
#include <executus/journal/outgoing.hpp>
#include <executus/journal/queue.hpp>

namespace executus::journal {

// How long a worker that gives no sign of life keeps its runs, in a store that cannot see at once that it died.
inline constexpr Milliseconds kLease{15'000};

// Of a claim that is given back: whether it was an attempt of the run that came to nothing (a fruitless one).
enum class Attempt { counts, does_not_count };

// A run as listings see it: a projection of its journal and its ownership.
struct RunRow {
  RunId id;
  RunStatus status = RunStatus::queued;
  std::string reason;
  std::string agent;
  std::string caller;
  std::string parent;          // run id, or empty
  std::string continues = {};  // the run that it goes on from: run id, or empty
  Durability durability = Durability::strict;
  WallTime created{};
  WallTime updated{};
  std::int64_t epoch = 0;
  std::string worker;  // the worker that drives it, or drove it and died; empty: none
  std::uint64_t last_seq = 0;
  int attempts = 0;   // times a process took it up
  int fruitless = 0;  // attempts since the last progress
  std::optional<WallTime> wake_at;
  std::vector<std::string> signals;  // by name: those it waits for
  int steps = 0;
  llm::Usage usage;
  std::uint64_t definition = 1;  // the entry that holds the run's definition: Admitted, or a later Redefined
  std::string forked_from = {};  // run id, or empty
  std::int64_t number = 0;       // grows with every run that this store admits, and is never given twice
  std::string root = {};         // id of the run at the top of its tree, as far as this store knew when it was admitted
  std::string version = {};      // digest of its definition as stored (version_of, projection.hpp)
  std::string channel = {};
  std::map<std::string, std::string> attributes = {};
  std::optional<WallTime> ended_at = {};  // when its last end was written down; reopening takes it away
  std::string error_code = {};            // of that end
  llm::CostSum cost = {};                 // of its own calls, not of runs below it
  int priority = 0;                       // higher ones are taken up first
  std::string queue = {};                 // by name; empty: none
};

// A place in a list of runs, by the time that the list is in the order of: when they were created, or ended.
struct RunPlace {
  WallTime time{};
  std::int64_t number = 0;
};
[[nodiscard]] inline RunPlace place_of(const RunRow& row) { return {row.created, row.number}; }

[[nodiscard]] inline RunPlace place_of_end(const RunRow& row) {
  return {row.ended_at.value_or(WallTime()), row.number};
}

enum class Start { owned, queued };  // driven by this worker, at once where there is a place; or left for any worker

struct Admission {
  RunId id;
  std::string agent;
  std::string caller;
  std::string parent;
  std::string continues = {};  // as the entry says; the row has it, so that it is found from the other side
  Durability durability = Durability::strict;
  std::string fingerprint;  // digest of agent and input: the same id with another one is a conflict
  Start start = Start::owned;
  Entry entry;  // Admitted, seq 1
  // Of a run that begins with a part of another one: what it took over, from seq 2 on, and that run's id. Its steps
  // count; its usage was that run's.
  std::vector<Entry> taken_over = {};
  std::string forked_from = {};
  Target target = {};  // where the run's end is delivered
  // Of a run that this worker has driven before it is admitted (Durability::lazy): its entries so far, from seq 2 on.
  // They count as if they were appended in the same transaction, and may end the run. It was created at the time of its
  // first entry. It is this worker's whatever the limits: `start` is owned. Nothing is taken over then.
  std::vector<Entry> so_far = {};
};

enum class AdmitVerdict { created, exists, conflict, erased };
struct AdmitResult {
  AdmitVerdict verdict = AdmitVerdict::created;
  RunRow row;  // as it is now; empty when erased
};

// Whether a boundary of a `relaxed` run needs an fsync all the same (gated calls). Strict runs always get one.
enum class Sync { by_durability, always };

struct Append {
  RunId run;
  std::int64_t epoch = 0;
  std::uint64_t after = 0;  // last_seq as the writer knows it; entries follow it without a gap
  std::vector<Entry> entries;
  std::vector<std::int64_t> consume;  // inbox commands these entries apply
  bool refuse_when_unread = false;    // the run's end: not while commands wait that `consume` does not name
  Sync sync = Sync::by_durability;
  // A cancel command to every open run below this one, but not below one that ended well; in the same transaction.
  bool cancel_children = false;
  std::vector<Admission> admit = {};  // child runs, created in the same transaction; an id that exists stays as it is
};

enum class AppendVerdict { appended, ownership_lost, unread_commands };
struct Appended {
  AppendVerdict verdict = AppendVerdict::appended;
  bool commands_waiting = false;  // the inbox holds commands not consumed yet
};

// Commands to a run from outside (frozen names: "cancel", "resolve", "steer", "signal", ...). Of a signal the payload
// has the key `name`.
struct Command {
  std::int64_t id = 0;  // given by the store, in order of arrival
  std::string kind;
  boost::json::object payload;
  WallTime at{};
};
// Entries that a person adds to a journal, whoever drives the run next: the run goes on after its end, or with another
// definition.
struct Amendment {
  RunId run;
  std::uint64_t as_of = 0;             // the last entry of the journal as it was read
  std::vector<Entry> entries;          // follow it without a gap
  std::vector<Command> commands = {};  // into the inbox in this order, as of their `at`; what came since follows them
};
enum class AmendVerdict {
  amended,
  no_such_run,
  driven,          // a living worker drives the run
  moved_on,        // the journal goes beyond `as_of`: read it and ask again
  answers_waiting  // an answer to a question of the run waits to be taken in
};

enum class PostVerdict { accepted, no_such_run, run_ended };

// An answer is a command that names a call: its payload has the key `call`.
enum class AnswerVerdict { accepted, no_such_run, run_ended, answered_before, moved_on };
struct Answered {
  AnswerVerdict verdict = AnswerVerdict::accepted;
  Command earlier = {};  // answered_before: the answer that counts
};

// What became of erasing a run.
enum class EraseVerdict {
  erased,        // nothing of it is left, or was left before, but its id: admitting that again is refused
  no_such_run,   //
  not_ended,     // the run has not ended, or the one above it
  has_children,  // runs below it are there
  is_continued   // runs go on from its conversation, which they read from its journal
};
struct Erased {
  EraseVerdict verdict = EraseVerdict::erased;
  std::vector<RunId> because = {};  // the runs that keep it from being erased, kKeepersTold at most
  std::vector<RunId> forks = {};    // runs that began with copies of a part of it, which stay; likewise
};
inline constexpr std::size_t kKeepersTold = 100;
enum class Erasing { for_good, only_asked };  // only_asked: what would become of it; nothing is done

// The channel of runs that a schedule started. Frozen.
inline constexpr std::string_view kScheduleChannel = "schedule";

struct RunFilter {
  std::vector<RunStatus> statuses = {};  // empty: all
  std::string agent = {};                // empty: all
  std::string caller = {};
  std::string parent = {};             // run id; empty: all
  std::optional<WallTime> since = {};  // created at or after
  std::size_t limit = 100;
  // without_parent: no delegates. by_a_caller: nor runs of a schedule (a fork of one is)
  enum class Started { by_anyone, without_parent, by_a_caller } started = Started::by_anyone;
  RunId only = {};  // this run alone; empty: all
  // list(): what comes after this place, which need not be that of a run any more: the next page.
  std::optional<RunPlace> after = {};
  std::string continues = {};  // those that go on from this run; empty: all
  std::string root = {};       // run id: those of its tree, itself included
  std::string channel = {};
  std::optional<WallTime> ended_before = {};
  // list(): by_end: ended runs alone, the one that ended longest ago first; `after` is a place_of_end().
  enum class Order { newest_first, by_end } order = Order::newest_first;
  enum class Told {
    anything,
    to_end
  } told = Told::anything;  // claimable(): to_end: a cancel command is in their inbox
  // claimable(): left out, and nobody's turn: those that the caller cannot take up now.
  std::set<RunId> without = {};
  // claimable(): also those that are queued for this worker.
  bool own_queued = false;
  // claimable(): a run that could be claimed before this already may be left out, unless something was written about it
  // since (that it was given back counts), a worker drove it or its inbox holds commands. For a worker that has seen
  // many runs which it cannot drive; a store may look through all of them all the same.
  std::optional<WallTime> changed_since = {};
};

// Ends when it is destroyed, which waits for a call that has begun; none begins afterwards.
class Watch {
 public:
  virtual ~Watch() = default;
};

class JournalStore {
 public:
  virtual ~JournalStore() = default;

  // Creates the run, durable when this returns; or returns that of its id. One that was to be owned and has no place is
  // queued for this worker: its row says so and names it, nobody else may claim it while this worker lives, and this
  // one claims it in its turn. Error run.unknown: its base was erased.
  [[nodiscard]] virtual Task<AdmitResult> admit(Admission admission) = 0;

  // Appends all or none, durable (as the run's mode says) when this returns. Deferred entries of the same run go first.
  [[nodiscard]] virtual Task<Appended> append(Append append) = 0;

  // Queues entries: durable with the run's next append, or after at most 50 ms. `consume`, `admit` and the flags are
  // not used. What goes wrong with them shows at the next append.
  virtual void append_deferred(Append append) = 0;

  // --- ownership

  // Runs this worker could take up now: queued; running with a dead worker or none; waiting with a timer that is due
  // (also when the calendar shows an earlier time than when the run parked: then the clock was set), with commands in
  // their inbox, or for a child when none of their children is unfinished any more. Of commands, steer messages do not
  // count in the middle of a step (reasons in_doubt, approval, child, timer, signal): the next one hears them; and a
  // signal counts where its name is among those the run waits for. Not those that have no place. By priority, higher
  // ones first, and then oldest first, while callers take turns where the store knows places.
  [[nodiscard]] virtual Task<std::vector<RunRow>> claimable(RunFilter filter) = 0;

  // Tells a worker that looks for claimable runs again and again when that is worth while: calls `told` soon after a
  // change that may have made a run claimable (admitted as queued, given back, parked, a command, an end), whichever
  // worker made it, and at other times too. `told` is called on any thread, also within a call of this store; it
  // returns at once and calls nothing of the store. The store outlives the watch. A hint: where changes are not heard,
  // and of the passing of time and the death of workers, it is silent. Null: this store never tells.
  [[nodiscard]] virtual std::unique_ptr<Watch> watch(std::function<void()> told) {
    (void)told;
    return nullptr;
  }

  // Takes the run over when no live worker drives it, it has a place and its epoch is still `seen_epoch`: the row with
  // the new epoch, attempts and fruitless incremented (not the latter while a child is unfinished), or nothing. Waiting
  // and quarantined runs are claimed as well (status unchanged).
  [[nodiscard]] virtual Task<std::optional<RunRow>> claim(RunId run, std::int64_t seen_epoch) = 0;

  // Gives an owned run back: it has no worker, and any worker may claim it when it is unfinished. An attempt
  // that does not count is taken out of `fruitless` (hand-backs never count). No effect when the epoch is not ours any
  // more.
  [[nodiscard]] virtual Task<void> release(RunId run, std::int64_t epoch, Attempt attempt) = 0;

  // Marks an owned run quarantined (it keeps its journal) or, for a quarantined one, back to running/unowned.
  [[nodiscard]] virtual Task<void> quarantine(RunId run, std::int64_t epoch, std::string reason) = 0;
  [[nodiscard]] virtual Task<bool> lift_quarantine(RunId run) = 0;

  // Takes in all of an amendment or nothing, durable when this returns, and gives the run a new epoch and no worker:
  // late writes of a worker that drove it are refused. Runs that have ended and quarantined ones are amended as well;
  // what the entries mean for the row is their projection's.
  [[nodiscard]] virtual Task<AmendVerdict> amend(Amendment amendment) = 0;

  // Renews this worker's lease. Blocks; called every few seconds on a thread of its own. Throws Error when it could
  // not.
  virtual void heartbeat() = 0;

  // Until when this worker's lease certainly holds, on the monotonic clock.
  [[nodiscard]] virtual MonoTime lease_until() const = 0;

  // How often this worker's lease had run out before it was renewed. Other workers may have taken its runs meanwhile:
  // the next append of each run, even an empty one, tells.
  [[nodiscard]] virtual std::uint64_t lapses() const = 0;

  // --- places
  //
  // A run that is told to end needs none. A store that does not override these knows no limits.

  // Sets a limit, durable when this returns; one that limits nothing is removed. Workers hear of it through their
  // watches. Error store.no_limits: this store knows none.
  [[nodiscard]] virtual Task<void> set_limit(QueueLimit limit);
  [[nodiscard]] virtual Task<std::vector<QueueLimit>> limits();  // in the order of kind and name
  // Of runs that are queued or driven, in the order of agent, caller and queue.
  [[nodiscard]] virtual Task<std::vector<QueueLoad>> load();
  // The limit that leaves the run no place beside those that have one; nothing: it has a place, or needs none, such as
  // while it waits for runs below it.
  [[nodiscard]] virtual Task<std::optional<QueueLimit>> limit_on(RunId run);

  // --- commands from outside

  [[nodiscard]] virtual Task<PostVerdict> post(RunId run, Command command) = 0;
  // Posts the answer to a question that the run's journal asks, as read up to entry `as_of`. A question is answered
  // once: refused while an answer of the same kind about the same call waits to be taken in, and, since that may have
  // been done meanwhile, when the journal goes beyond `as_of` (moved_on: read it and ask again). Of two writers at the
  // same time one is accepted.
  [[nodiscard]] virtual Task<Answered> answer(RunId run, std::uint64_t as_of, Command command) = 0;
  [[nodiscard]] virtual Task<std::vector<Command>> inbox(RunId run) = 0;
  // Runs that this worker drives and that have unread commands other than signals, which are looked for when a call
  // parks. Cheap: asked every second.
  [[nodiscard]] virtual Task<std::vector<RunId>> owned_with_commands() = 0;

  // --- what ends of runs send out
  //
  // A run with a target gets a row here in the transaction that ends it; reopening it withdraws the row while it is
  // pending. Of a row that is not there any more nothing is changed.

  // Rows that are pending and due (also when the calendar shows an earlier time than at the last try: then the clock
  // was set), longest due first, but those to targets of `without`.
  [[nodiscard]] virtual Task<std::vector<Outgoing>> outgoing_due(std::size_t limit,
                                                                 std::vector<Target> without = {}) = 0;
  // Begins a try: nobody else is offered the row for kTryHold. Of two that have seen `tries` one is told yes. False: it
  // was answered, withdrawn, or tried meanwhile.
  [[nodiscard]] virtual Task<bool> take_outgoing(RunId run, std::uint64_t seq, int tries) = 0;
  // What the receiver said, or that it said nothing. Only an answer closes a row: a try that failed leaves it pending.
  // Of a try that another one has followed only `delivered` counts.
  [[nodiscard]] virtual Task<void> settle_outgoing(OutgoingTry result) = 0;
  // Of the run's last end. Nothing: it has not ended, or has no target.
  [[nodiscard]] virtual Task<std::optional<Outgoing>> outgoing_of(RunId run) = 0;

  // For people. A store that does not override these two throws Error store.no_outgoing.
  //
  // Rows of last ends that are in that state, by run, at most `limit`.
  [[nodiscard]] virtual Task<std::vector<Outgoing>> outgoing_in(OutgoingState state, std::size_t limit);
  // Opens the row of the run's last end again that was refused: it is pending and due now, and carries the same key.
  // False: it is not refused.
  [[nodiscard]] virtual Task<bool> send_again(RunId run);

  // --- erasing

  // Erases a run that has ended, with all that is kept of it here, for good. When this returns it is gone and its room
  // is given back, a part at a time, so that other writers need not wait long. A process that dies meanwhile leaves a
  // run that is not found any more, and whose rest goes with the next call or when another process writes. Backups,
  // and copies that other runs hold, are not reached.
  [[nodiscard]] virtual Task<Erased> erase(RunId run, Erasing how) = 0;
  // The room that the runs take, in bytes.
  [[nodiscard]] virtual Task<std::uint64_t> size() = 0;

  // --- reading

  [[nodiscard]] virtual Task<std::optional<RunRow>> find(RunId run) = 0;
  // By the time they were created at and, of the same time, by number: newest first.
  [[nodiscard]] virtual Task<std::vector<RunRow>> list(RunFilter filter) = 0;
  [[nodiscard]] virtual Task<std::vector<Entry>> read(RunId run, std::uint64_t after, std::size_t limit) = 0;
  // Those of `runs` that have not ended and that no living worker drives (this one is a living worker), in the order
  // given. One call for any number of runs: a listing asks about all of its rows at once.
  [[nodiscard]] virtual Task<std::vector<RunId>> undriven(std::vector<RunId> runs) = 0;
  // The runs below `run`, at any depth, oldest first, at most `limit`. Each of them once, and never `run` itself, also
  // in a damaged journal that leads round in circles. One call for the whole tree.
  [[nodiscard]] virtual Task<std::vector<RunRow>> below(RunId run, std::size_t limit) = 0;
  // Ids that start with `prefix` (at most `limit`), so that people may type the beginning of an id.
  [[nodiscard]] virtual Task<std::vector<RunId>> complete_id(std::string prefix, std::size_t limit) = 0;
};

}  // namespace executus::journal
