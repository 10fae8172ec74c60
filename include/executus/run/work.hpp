// What a worker is told, and what it tells. A worker takes up what becomes due and drives it, until it is told to
// leave: Runtime::work().
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <executus/base/clock.hpp>
#include <executus/base/error.hpp>
#include <executus/run/outcome.hpp>

namespace executus {

// What a worker came to.
struct WorkSummary {
  std::uint64_t driven = 0;  // times that it took a run up
  std::uint64_t ended = 0;   // of these: the run ended
  std::uint64_t waits = 0;   // the run waits
  std::uint64_t left = 0;    // the run was left for recovery
};

// --- events, for logs

// A run that this worker is about to drive.
struct RunTakenUp {
  RunId run;
  std::string agent;
  int attempt = 1;  // which one it is
};
// A run that it drives no longer: ended, waiting, or left (status `running`; reason and error_code say why).
struct RunLetGo {
  RunOutcome outcome;
};
// A run that made no progress so often that it is not tried any more. `executus runs release` puts it back.
struct RunQuarantined {
  RunId run;
  std::string agent;
  std::string reason;
};
// A run that this process cannot drive. Told once, and again when the run has moved on.
struct RunNotPossibleHere {
  RunId run;
  std::string agent;
  std::vector<std::string> missing;
};
// The store was looked through. Told at every look, whether or not something was due; a worker that is told to look
// every second and does not say so hangs.
struct Looked {
  std::size_t due = 0;     // runs that wait for their turn here
  std::size_t driven = 0;  // runs that are driven here
};
// The store could not be looked through, or a run's beginning could not be read. It is tried again.
struct LookFailed {
  Error problem;
};
// The time of a schedule came, and its run was queued by this worker.
struct ScheduleFired {
  std::string schedule;
  RunId run;
  WallTime due;
};
// Times of a schedule that have no run.
struct ScheduleSkipped {
  std::string schedule;
  WallTime first;  // of them
  int times = 1;   // counted up to 1000
  std::string reason;
};
// It takes up nothing more.
struct Draining {
  Milliseconds window;  // that calls in flight have; 0: what runs is left at once
  std::size_t driven = 0;
};
struct Drained {
  WorkSummary summary;
};
using WorkEvent = std::variant<RunTakenUp, RunLetGo, RunQuarantined, RunNotPossibleHere, Looked, LookFailed,
                               ScheduleFired, ScheduleSkipped, Draining, Drained>;

// Ended runs of an agent are erased when they ended longer ago than this; nothing: they stay.
struct KeepRuns {
  std::string agent;
  std::optional<Milliseconds> keep = {};
  bool operator==(const KeepRuns&) const = default;
};

struct WorkOptions {
  int concurrency = 16;                  // runs that are driven at once; at least 1
  std::vector<std::string> agents = {};  // empty: any
  std::optional<int> max_attempts = 3;   // fruitless attempts before quarantine; nothing: unlimited
  // How often the store is looked through. Timers, and the death of other workers, are found by these looks alone; of
  // other changes a store may tell at once (JournalStore::watch).
  Milliseconds scan{1'000};
  int starts_per_second = 50;  // at most, so that a mass recovery does not storm a provider; 0: unlimited
  // What is asked from time to time which ended runs are to be erased (executus/run/erasing.hpp), on a thread of the
  // loop; returns quickly. Null: what the agent files of the runtime say. Besides, saved agents are asked.
  std::function<std::vector<KeepRuns>()> retention = {};
  // Told of all of them, in order, one at a time, on threads of the loop; returns quickly. What it throws is logged.
  std::function<void(const WorkEvent&)> on_event = {};
};

}  // namespace executus
