// Port: keeps what a run appends so that another process can continue it. Two write: the journal's writer, the default,
// and checkpointers, which hosts without a journal store have (run/checkpointer.hpp). A run that is stored later than
// it begins has a third one, which goes on as the first.
//
// Absent (no journal store, and no checkpointer): the run is not durable; a crash loses it, and nothing else changes.
// Threads: called on the run's strand, one call at a time per run.
// Errors: a throwing append() holds the run at this boundary; the kernel retries it with backoff and leaves the run for
// recovery when the run's deadline passes first.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <executus/journal/store.hpp>

namespace executus {

// awaited: durable when append() returns. deferred: durable with the next awaited entry, or soon after.
enum class Durable { awaited, deferred };

// A gated boundary is an intent or outcome of a gated call: synced even in `relaxed` mode.
enum class Boundary { plain, gated };

class RunWriter {
 public:
  virtual ~RunWriter() = default;

  // Appends `entries` after the last one, all or none, and consumes the inbox commands they apply. Repeating a failed
  // call with the same entries is safe.
  [[nodiscard]] virtual Task<journal::Appended> append(std::vector<journal::Entry> entries, Durable when,
                                                       Boundary boundary, std::vector<std::int64_t> consume) = 0;

  // Whether `deferred`, the entries that were appended last without being awaited, are kept by now as awaited ones are.
  // Asked when no entry has followed them for a while, so that observers are told of them. They may be written for it.
  // Where append() does the same for both, the answer is true. Default: true of a place that keeps nothing; else it is
  // not known (false), and observers hear of the end of a call without effects with the next awaited entry, which may
  // be long after.
  [[nodiscard]] virtual Task<bool> holds(std::vector<journal::Entry> /*deferred*/) {
    co_return keeps() == Keeps::nothing;
  }

  // A child run to be created in the transaction of the next append. Default: not at all; delegation then submits it by
  // itself, after the append.
  virtual void admit_with_next(journal::Admission /*child*/) {}

  // The run ended well / ended otherwise / waits: the last of `entries` says so. Refused (unread_commands) while
  // commands wait that `consume` does not name - park() excepted. It is no recovery candidate afterwards, until woken
  // for park().
  [[nodiscard]] virtual Task<journal::Appended> complete(std::vector<journal::Entry> entries,
                                                         std::vector<std::int64_t> consume) = 0;
  [[nodiscard]] virtual Task<journal::Appended> fail(std::vector<journal::Entry> entries,
                                                     std::vector<std::int64_t> consume) = 0;
  [[nodiscard]] virtual Task<journal::Appended> park(std::vector<journal::Entry> entries,
                                                     std::vector<std::int64_t> consume) = 0;

  // A process goes on with a run that was kept here. Called once, before anything else of the run happens. For places
  // that count attempts which come to nothing. Default: nothing.
  [[nodiscard]] virtual Task<void> take_up() { co_return; }

  // Gives the run back unfinished, for recovery by anyone. Idempotent.
  [[nodiscard]] virtual Task<void> leave(journal::Attempt attempt) = 0;

  // Commands from other processes that no entry has applied yet, in order.
  [[nodiscard]] virtual Task<std::vector<journal::Command>> inbox() = 0;

  // Whether this process will still own the run when a gated call is sent now. confirm: the run may be lost already; an
  // append, even an empty one, tells.
  enum class Dispatch { yes, wait, confirm };
  [[nodiscard]] virtual Dispatch may_dispatch() const = 0;

  // Of a run that is not kept yet: when it has to be, at the latest. Until then append() takes entries in and keeps
  // nothing, unless the boundary is gated: then it keeps all there is, as every other call that writes does. Default:
  // it is kept.
  [[nodiscard]] virtual std::optional<MonoTime> keep_by() const { return std::nullopt; }

  // Of a run that is not kept yet: whether a try that failed may have kept it all the same. Default: no.
  [[nodiscard]] virtual bool may_be_kept() const { return false; }

  // Whether entries outlive this process. If not, a run that would have to wait ends: no process could wake it.
  enum class Keeps { nothing, everything };
  [[nodiscard]] virtual Keeps keeps() const { return Keeps::everything; }
};

// The default: the journal store. `row` is the run as admitted or claimed by this process. `lapses`: those of the
// store's lease before that was asked for; without it, the run counts as lost until its first append tells.
[[nodiscard]] std::unique_ptr<RunWriter> make_journal_writer(journal::JournalStore& store, const Clock& clock,
                                                             journal::RunRow row,
                                                             std::optional<std::uint64_t> lapses = std::nullopt);

}  // namespace executus
