// Erasing runs that have ended, for good: one, a tree, or all that are old.
//
// Nothing of an erased run is left in the store but its id, which is refused when it is submitted again; its files
// (Ports::input_files) go with it. Kept as they are: runs that have not ended, runs below them, and runs whose
// conversation another run goes on from. Forks hold copies, which stay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>
#include <executus/run/dry_run.hpp>

namespace executus {

class Executor;

struct EraseOptions {
  enum class Below { refuse, erase } below = Below::refuse;  // runs below it
  DryRun dry_run = DryRun::no;
};

struct Erasure {
  journal::EraseVerdict verdict = journal::EraseVerdict::erased;
  std::vector<RunId> erased = {};   // in this order, or that would be
  std::vector<RunId> because = {};  // the runs that keep it from being erased
  std::vector<RunId> forks = {};    // runs that hold copies of a part of what was erased
};

// Of a tree all runs are erased, or none is when the first look finds that one of them has to stay. Repeated after a
// kill it goes on. Throws Error store.*, input_files.*.
[[nodiscard]] Task<Erasure> erase_run(const Executor& executor, journal::JournalStore& store, RunId run,
                                      EraseOptions options);

// Which ended runs go, with all that is below them: one of the three.
struct PruneOptions {
  std::optional<WallTime> ended_before = {};
  std::optional<std::size_t> keep_last = {};   // all but so many, of those that ended last
  std::optional<std::uint64_t> max_size = {};  // those that ended longest ago, until the store takes no more bytes
  std::optional<std::size_t> at_most = {};     // so many, with those below them; the others stay for the next time
  std::string agent = {};                      // of this agent alone; empty: of all
  DryRun dry_run = DryRun::no;                 // of max_size it cannot be said beforehand which go: none is named
};

struct Pruned {
  std::vector<RunId> erased = {};  // or that would be
  std::vector<RunId> kept = {};    // that were to go, and are needed by others
  std::uint64_t size_before = 0, size_after = 0;
};

// Throws likewise; what was erased by then stays so.
[[nodiscard]] Task<Pruned> prune_runs(const Executor& executor, journal::JournalStore& store, PruneOptions options);

}  // namespace executus
