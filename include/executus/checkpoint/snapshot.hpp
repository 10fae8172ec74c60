// Runs kept as whole snapshots, for hosts that have a place for those and no journal store. With a journal store none
// of this is needed: it keeps every entry, and is what the runtime uses by default.
//
// What a snapshot guarantees: a run continues from its last snapshot, and everything after it happens again. A gated
// call is part of a snapshot before it is sent, so it is not sent twice unknowingly (snapshot_factory.hpp); a run with
// phases restarts the phase it was in, gated calls included. Nothing here keeps two processes from continuing the same
// run: the host sees to that.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/async/task.hpp>
#include <executus/base/clock.hpp>
#include <executus/base/ids.hpp>
#include <executus/journal/entry.hpp>
#include <executus/llm/transcript.hpp>
#include <executus/run/invocation.hpp>

namespace executus::checkpoint {

// Agent, caller and place of a run: what a host needs to build the agent and the invocation again.
struct RunCheckpointMeta {
  RunId run_id = {};
  std::string agent_id = {};
  std::string agent_name = {};
  std::string caller_id = {};
  std::string channel_id = {};
  std::string guild_id = {};  // Invocation::attributes["guild_id"]; a record of snapshots has a place for this one
  std::string prompt = {};
  std::string model_tier = {};
  RunId parent_run_id = {};
  bool operator==(const RunCheckpointMeta&) const = default;
};

struct RunCheckpoint {
  RunCheckpointMeta meta = {};

  // From the opening message on, with images, never compacted; capping their size is the host's, and a host that leaves
  // messages out loses what `past` knows about them (Past::messages). A batch of calls that was under way ends in a
  // tool message with the results there are. Of a run with phases: what every phase starts with.
  llm::Transcript messages = {};

  journal::Past past = {};  // what else is known of the run: steps, phases that are over, usage, ...
  WallTime updated_at{};
  Milliseconds elapsed{0};                   // owned and running so far: max_runtime counts on
  std::optional<journal::Ended> ended = {};  // set: the run is over, and only its record could not be erased
  int fruitless = 0;                         // times in a row that a process took the run up and brought it no further
};

// The form for hosts that store text. Throws Error "journal.malformed" for anything that to_json() does not write, or
// "journal.newer" or "journal.older" for another format.
[[nodiscard]] boost::json::value to_json(const RunCheckpoint& checkpoint);
[[nodiscard]] RunCheckpoint run_checkpoint_from_json(const boost::json::value& json);

// Port: where snapshots live; a record there is a run that was under way and has not ended.
//
// Threads: from the strands of all runs at once; one call at a time per run. Cancellation: a save or erase that is
// cancelled may or may not have happened. Errors: Error, with nothing changed.
class SnapshotStore {
 public:
  virtual ~SnapshotStore() = default;

  // In place of the run's record, if it has one. Durable when this returns.
  [[nodiscard]] virtual Task<void> save(RunCheckpoint checkpoint) = 0;

  // Nothing when there is no record: that is no error.
  [[nodiscard]] virtual Task<std::optional<RunCheckpoint>> load(RunId run) = 0;

  // Idempotent.
  [[nodiscard]] virtual Task<void> erase(RunId run) = 0;

  // All records, the ones longest untouched first: at boot, the runs to continue.
  [[nodiscard]] virtual Task<std::vector<RunCheckpoint>> list_interrupted() = 0;
};

// For Invocation::resume. A run that is over answers at once, and its record is erased. `checkpointer` is
// SnapshotFactory::resume() of the same checkpoint, so that the record goes on.
[[nodiscard]] ResumeState resume_state(const RunCheckpoint& checkpoint, std::shared_ptr<RunWriter> checkpointer);

}  // namespace executus::checkpoint
