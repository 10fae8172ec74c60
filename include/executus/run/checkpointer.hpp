// Port: makes the checkpointers of runs for a host that has no journal store but a place of its own. A checkpointer is
// the RunWriter that keeps snapshots there.
//
// Absent, or begin() returns null: the run is not durable. Threads: begin() is called on the strand of the submission.
#pragma once

#include <memory>

#include <executus/run/run_info.hpp>
#include <executus/run/run_writer.hpp>

namespace executus {

class CheckpointerFactory {
 public:
  virtual ~CheckpointerFactory() = default;

  // Once per fresh run, and for one that goes on with a conversation from elsewhere (Admitted::past). Null: this run is
  // not durable. Throwing refuses the run, unless the host asked for best effort.
  [[nodiscard]] virtual Task<std::unique_ptr<RunWriter>> begin(RunInfo info) = 0;
};

// What to do when begin() throws.
enum class OnBeginFailure { refuse, best_effort };

}  // namespace executus
