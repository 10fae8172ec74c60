// All runs of a store, whichever process drives them: finding, reading, answering and speaking to them.
//
//   for (const Question& question : runtime.runs().pending().get())
//     if (runtime.runs().approve(question, {.by = "ada"}).get() == Answered::answered_before) ...
//
// Every call is a Reply (executus/async/reply.hpp); what changes something is durable when the reply is there. Replies
// throw Error store.* when the store is away (then nothing was changed), journal.* when a run's journal cannot be read,
// run.unknown where a run must exist and does not, and runtime.ended after the runtime's end. Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <executus/async/reply.hpp>
#include <executus/audit/history.hpp>
#include <executus/journal/store.hpp>
#include <executus/llm/transcript.hpp>
#include <executus/run/erasing.hpp>
#include <executus/run/forking.hpp>
#include <executus/run/outcome.hpp>
#include <executus/run/question.hpp>
#include <executus/run/recovery.hpp>
#include <executus/run/redefining.hpp>
#include <executus/run/reopening.hpp>
#include <executus/run/run_state.hpp>
#include <executus/run/run_tree.hpp>
#include <executus/run/speaking.hpp>
#include <executus/run/stored_run.hpp>

namespace executus {

using journal::RunFilter;
using journal::RunRow;

namespace host {
class Host;
}

// What became of a run that was to be driven here.
struct Resumed {
  enum What {
    driven,            // `outcome`: what it has come to
    ended,             // before; `outcome` is how
    lacking,           // left alone: it needs what this process has not, see `missing`
    driven_elsewhere,  // by `worker`, which lives
    no_place,          // left alone: other runs have the places that `limit` allows
    no_such_run
  };
  What what = driven;
  RunOutcome outcome = {};
  std::vector<std::string> missing = {};  // for people, a line each
  std::string worker = {};
  std::optional<journal::QueueLimit> limit = {};
  friend bool operator==(const Resumed& resumed, What wanted) noexcept { return resumed.what == wanted; }
};

// What a cancellation has come to in this process.
struct CancelledHere {
  Said said = {};
  std::vector<RunOutcome> runs = {};  // those that were ended here: the run itself first, then runs below it
};

class Runs final {
 public:
  // --- finding runs

  // How the run stands and what lets it go on; nothing: there is no such run. row(): what a list shows of it, and no
  // more is read.
  [[nodiscard]] Reply<std::optional<RunState>> find(RunId run) const;
  [[nodiscard]] Reply<std::optional<RunRow>> row(RunId run) const;
  // Newest first. The next page: `filter.after` = journal::place_of(the last row).
  [[nodiscard]] Reply<std::vector<RunRow>> list(RunFilter filter = RunFilter()) const;
  // How the run of a row that was listed stands now, and which of many rows that say `running` no process drives
  // (standing_of() makes a text of that).
  [[nodiscard]] Reply<RunState> state(RunRow row) const;
  [[nodiscard]] Reply<std::set<RunId>> left_for_recovery(std::vector<RunRow> rows) const;
  // Ids that begin with `prefix`, so that people may type the beginning of one.
  [[nodiscard]] Reply<std::vector<RunId>> complete_id(std::string prefix, std::size_t most = 10) const;
  // What Runtime::recover() with these options would take up now, the oldest kMostRecoverable; and what such a run
  // needs that this process has not, a line each for people: it would be left alone here, unless it is to end.
  [[nodiscard]] Reply<std::vector<RunRow>> recoverable(RecoverOptions options = RecoverOptions()) const;
  [[nodiscard]] Reply<std::vector<std::string>> missing(RunId run) const;

  // --- reading one, as its journal tells, which may be a moment behind a run that is being driven

  [[nodiscard]] Reply<RunOutcome> outcome(RunId run) const;
  [[nodiscard]] Reply<StoredRun> stored(RunId run) const;  // with its agent as stored
  [[nodiscard]] Reply<llm::Transcript> transcript(RunId run) const;
  [[nodiscard]] Reply<std::vector<journal::Entry>> entries(RunId run, std::uint64_t after = 0,
                                                           std::size_t limit = 1'000) const;
  [[nodiscard]] Reply<Family> tree(RunId run) const;  // its root is the run

  // --- what runs took: executus/audit/history.hpp. Of ended runs and of those that go on.

  [[nodiscard]] Reply<std::vector<audit::AuditRun>> history(audit::AuditFilter filter = audit::AuditFilter()) const;
  [[nodiscard]] Reply<std::vector<audit::Spending>> spent(audit::AuditFilter filter, audit::By by) const;
  // Ends of runs that are to be sent out by now, longest due first: a worker sends them, or recover().
  [[nodiscard]] Reply<std::vector<journal::Outgoing>> due_to_be_sent(std::size_t limit = 1'000) const;

  // --- answering

  // What waits for a person, in all runs that `filter` selects, newest run first; its limit and statuses are not used.
  // A run whose journal cannot be read is left out, and logged; find() says why. The questions of a batch may be
  // answered in any order and from any process: the batch goes on once, when all are. A run that no process drives goes
  // on with it when it is taken up: by RunHandle::wait(), recover(), or a worker. An approval may give the call other
  // arguments (AnswerNote::arguments): Error run.arguments when they do not fit.
  [[nodiscard]] Reply<std::vector<Question>> pending(RunFilter filter = RunFilter()) const;
  Reply<Answered> approve(Question question, AnswerNote note = AnswerNote()) const;
  Reply<Answered> reject(Question question, AnswerNote note = AnswerNote()) const;
  // `text`: the result of a completed call, or why it failed.
  Reply<Answered> resolve(Question question, Resolution resolution, std::string text = "",
                          AnswerNote note = AnswerNote()) const;
  // The same for callers that have no Question, but the id of a call; empty: the only call that waits.
  Reply<CallAnswered> approve(RunId run, std::string call, AnswerNote note = AnswerNote()) const;
  Reply<CallAnswered> reject(RunId run, std::string call, AnswerNote note = AnswerNote()) const;
  Reply<CallAnswered> resolve(RunId run, std::string call, Resolution resolution, std::string text = "",
                              AnswerNote note = AnswerNote()) const;

  // --- speaking to one. What is said to a run that no process drives and that cannot be read here would not be heard:
  // Error journal.*.

  // Asks the run, and all runs below it, to end as cancelled. Those that no process drives are ended here; the reply of
  // cancel_and_end() is there when that is done. `reason`, for people: RunOutcome::reason of the run itself.
  Reply<Said> cancel(RunId run, std::string reason = "") const;
  Reply<CancelledHere> cancel_and_end(RunId run, std::string reason = "") const;
  // Says something to the run: the model hears it before its next step, and sees the images (run/speaking.hpp).
  // RunOutcome::unheard holds what came too late. Throws besides Error steer.images.
  Reply<Said> steer(RunId run, std::string text, std::vector<llm::Image> images = {}) const;
  // Hands the run a signal, with a payload (run/speaking.hpp). A run that waits for it and that no process drives goes
  // on when it is taken up: by RunHandle::wait(), recover(), or a worker. Throws besides Error signal.name and
  // signal.payload.
  Reply<Said> signal(RunId run, std::string name, boost::json::value payload = nullptr) const;

  // --- having one go on

  // Those of `held`, rows that say `running`, whose worker gives no sign of life while it would have to: at most for a
  // lease. A worker that is stopped, and not dead, is found out so; recover() takes up what it held.
  [[nodiscard]] Reply<std::vector<RunId>> outlast_holders(std::vector<RunRow> held) const;
  // Drives the run here, out of quarantine too and also when it is not due, until it ends, waits or is left (by
  // Runtime::shut_down()). Runtime::recover() is for what is due, and leaves what is in quarantine.
  Reply<Resumed> resume(RunId run) const;
  // Lets a run go on that ended in `error` or `timeout`, from its last durable entry: run/reopening.hpp. A run that no
  // process drives goes on when it is taken up: by RunHandle::wait(), recover(), or a worker. `by`: who asks.
  Reply<Reopening> retry(RunId run, std::string by = "", DryRun dry_run = DryRun::no) const;
  // Gives a run that nothing drives another definition of its agent: run/redefining.hpp.
  Reply<Redefinition> upgrade(RunId run, Agent agent, std::string by = "", DryRun dry_run = DryRun::no) const;
  // Makes a new run that begins with the first steps of this one: run/forking.hpp. Throws Error as fork_run() does.
  Reply<Forked> fork(RunId run, ForkOptions options, DryRun dry_run = DryRun::no) const;
  // Ends whose delivery is open, or was refused, by run: JournalStore::outgoing_in(). Throws besides store.no_outgoing.
  [[nodiscard]] Reply<std::vector<journal::Outgoing>> undelivered(std::size_t limit) const;
  // Has an end sent again whose delivery was refused, at once and under the same key, by whatever process works or
  // recovers. False: it was not refused. Throws likewise.
  Reply<bool> send_again(RunId run) const;
  // Takes a run out of quarantine, so that it can be taken up again. `ended` also where it is not in quarantine.
  Reply<Said> release(RunId run, DryRun dry_run = DryRun::no) const;

  // --- places, over all workers of the store: executus/journal/queue.hpp

  [[nodiscard]] Reply<std::vector<journal::QueueLimit>> limits() const;
  [[nodiscard]] Reply<std::vector<journal::QueueLoad>> load() const;
  // Sets a limit; one that limits nothing is removed. The limits that hold then. Workers heed it at once: runs that are
  // driven go on, and none is taken up beyond it. Throws besides Error queue.limit for one that makes no sense, and
  // store.no_limits.
  Reply<std::vector<journal::QueueLimit>> limit(journal::QueueLimit limit) const;
  // The limit for which a run waits that is due; nothing: none.
  [[nodiscard]] Reply<std::optional<journal::QueueLimit>> limit_on(RunId run) const;

  // --- erasing, for good: run/erasing.hpp

  Reply<Erasure> erase(RunId run, EraseOptions options = EraseOptions()) const;
  Reply<Pruned> prune(PruneOptions options) const;

 private:
  friend class Runtime;
  friend class RunHandle;
  explicit Runs(std::shared_ptr<host::Host> host) : host_(std::move(host)) {}
  std::shared_ptr<host::Host> host_;
};

}  // namespace executus
