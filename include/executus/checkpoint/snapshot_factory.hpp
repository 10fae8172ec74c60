// Makes every run of an executor durable in a SnapshotStore.
//
// When it saves: after every step and every phase, but not twice within `throttle`; before a gated call is sent and
// when its outcome is known, at once; when the run parks or is left, if something has happened since. Before its first
// step a run has no record. A run that ended has none any more, so what the store holds at boot was interrupted. One
// that continues is saved once more as it is taken up, with the number of times that this came to nothing.
//
// A snapshot of a batch that was interrupted holds the results that there are. What was not sent is sent when the run
// continues; a `keyed` call is sent again under the same key; of any other gated call the model is told that its
// outcome is unknown.
//
// Errors of the store: a save after a step is tried again after the next one, and only logged; one for a gated call
// holds the run (RunWriter's contract), and so does one for parking; an erase that fails is logged, and the host
// will find a run that ended among the interrupted ones: the record says that it is over (RunCheckpoint::ended), unless
// the store refused that too, and continuing it gives its outcome.
#pragma once

#include <memory>

#include <executus/base/log.hpp>
#include <executus/checkpoint/snapshot.hpp>
#include <executus/run/checkpointer.hpp>

namespace executus::checkpoint {

class SnapshotFactory final : public CheckpointerFactory {
 public:
  // Null `store`: the checkpointers keep nothing, and a run that would have to wait ends in error. `throttle` is
  // measured from the last save that succeeded; zero or less: every step is saved. All referred to outlive the factory
  // and its checkpointers.
  explicit SnapshotFactory(SnapshotStore* store, Milliseconds throttle = Milliseconds{0},
                           const Clock& clock = system_clock(), Logger& logger = null_logger())
      : store_(store), throttle_(throttle), clock_(clock), logger_(logger) {}

  // For a new run; its first entry is its Admitted. The prompt in the record is inputs["prompt"], when that is a
  // string.
  [[nodiscard]] Task<std::unique_ptr<RunWriter>> begin(RunInfo info) override;

  // For a run that continues from `record`; one for each time it does. An Admitted entry adds nothing to what the
  // record holds.
  [[nodiscard]] std::shared_ptr<RunWriter> resume(RunCheckpoint record) const;

 private:
  SnapshotStore* store_;
  Milliseconds throttle_;
  const Clock& clock_;
  Logger& logger_;
};

}  // namespace executus::checkpoint
