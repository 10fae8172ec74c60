// Continues what dead processes left: claims runs, folds their journals, and drives them from where they stand.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <executus/async/root_group.hpp>
#include <executus/run/executor.hpp>

namespace executus {

struct RecoverOptions {
  std::vector<RunId> ids;  // empty: every run that can be taken up
  std::string agent;       // empty: any
  std::optional<WallTime> since;
  int concurrency = 16;
  std::optional<int> max_attempts = 3;  // fruitless attempts before quarantine; nothing: unlimited
};

// What became of one run.
struct Recovered {
  RunOutcome outcome;
  std::vector<std::string> missing;  // not empty: this process lacks these, and left the run alone
  bool untouched = false;            // the pass was cancelled before its turn came: the run is as it was
};

// One pass: every run that can be taken up is taken up once and driven until it ends, waits, or is left, on strands in
// `group`. Cancelling `group` (shutdown), at any moment before or during the pass, leaves what is running for the next
// recovery and touches nothing more; cancelling the awaiting task alone does not. Throws Error when the store cannot be
// read.
[[nodiscard]] Task<std::vector<Recovered>> recover_runs(RootGroup& group, Executor& executor,
                                                        journal::JournalStore& store, RecoverOptions options);

// The same, blocking; not from a loop thread.
[[nodiscard]] std::vector<Recovered> recover(RootGroup& group, Executor& executor, journal::JournalStore& store,
                                             const RecoverOptions& options);

// The runs such a pass would take up, without touching them; the oldest kMostRecoverable of them when there are more.
inline constexpr std::size_t kMostRecoverable = 100'000;
[[nodiscard]] Task<std::vector<journal::RunRow>> recoverable(journal::JournalStore& store, RecoverOptions options);

// What the run's definition names and a process with this executor lacks: a pass leaves such a run alone, unless
// it is to end. Of a run of another journal format that is the version of executus. Nothing of a damaged entry, or of a
// run that is not there: opening the run finds that. Throws Error store.* when the store cannot be read.
[[nodiscard]] Task<std::vector<std::string>> missing_here(const Executor& executor, journal::JournalStore& store,
                                                          journal::RunRow row);
[[nodiscard]] Task<std::vector<std::string>> missing_here(const Executor& executor, journal::JournalStore& store,
                                                          RunId run);

// Claims the run for this process to drive, out of quarantine too, and with a cancellation of a run above it told to
// it. Nothing: a living worker drives it. Throws Error store.*, and then holds nothing.
[[nodiscard]] Task<std::optional<journal::RunRow>> claim_to_drive(journal::JournalStore& store, journal::RunRow row);

// How often a process renews its lease, and looks for commands to its runs. The defaults fit a lease of 15 s.
struct HeartbeatPace {
  Milliseconds beat{3'000};
  Milliseconds look{1'000};
};

// Renews this worker's lease, and has the runs that live here look at their inboxes when others have posted commands:
// every so often, until cancelled. A store that is away only delays: it is logged, and tried again. On the strand of
// the task, by the clock of its loop; throws nothing.
[[nodiscard]] Task<void> keep_beating(journal::JournalStore& store, Logger& logger, Milliseconds every);
[[nodiscard]] Task<void> keep_looking(journal::JournalStore& store, Executor& executor, Logger& logger,
                                      Milliseconds every);

// Both, until destroyed, in a process whose time is the machine's: the lease is renewed on a thread that does nothing
// else, so that whatever holds up the loop does not cost it.
class Heartbeat final {
 public:
  Heartbeat(Loop& loop, journal::JournalStore& store, Executor& executor, Logger& logger, HeartbeatPace pace = {});
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace executus
