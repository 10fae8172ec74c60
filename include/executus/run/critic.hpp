// Port: watches over a run that may legitimately take long. With a critic the agent's max_runtime is no hard limit any
// more but the time without activity after which the critic is asked; the critic's own limit takes its place.
//
// Absent, not enabled by the agent, or monitor() returns null: max_runtime ends the run (timeout). Threads: everything
// is called on the run's strand. What the critic decides is journaled before it takes effect, and given back in
// CriticStart after a crash. Exceptions: contained; the run keeps the limit it had.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <executus/async/task.hpp>
#include <executus/journal/checkpoint.hpp>
#include <executus/llm/resolver.hpp>
#include <executus/run/outcome.hpp>
#include <executus/run/run_info.hpp>

namespace executus {

// A resolved model as it is asked for a run: the run's budget holds each call, and what calls without an answer used
// counts as the run's. Not used after CriticHandle::stop(). Calls may throw what a breach of the budget throws.
using ModelForRun = std::function<std::shared_ptr<llm::Model>(llm::ResolvedModel)>;

struct CriticStart {
  RunInfo info = {};
  Milliseconds soft{0};              // the agent's max_runtime: how long a run may show no activity
  double backstop_multiplier = 3;    // the agent's
  journal::CriticState so_far = {};  // what was decided before a crash
  Milliseconds elapsed{0};           // owned and running before this attempt
  ModelForRun for_run = {};          // for a critic that asks models
};

// All fields may be set at once; with `kill` the others do not count.
struct CriticDecision {
  std::string nudge = {};     // said to the model before its next step
  Milliseconds extend_by{0};  // of the limit
  int raise_steps_by = 0;     // of the step ceiling
  bool kill = false;
  std::string reason = {};
  llm::Usage usage = {};                      // what deciding took
  std::optional<llm::NanoDollars> cost = {};  // and cost; nothing: not known
};

class CriticHandle {
 public:
  virtual ~CriticHandle() = default;

  // How long the run may be owned and running in all, without what decisions add: the backstop.
  [[nodiscard]] virtual Milliseconds limit() const = 0;

  // The next decision, whenever there is one. Awaited again after each, side by side with the run; cancelled at its
  // end.
  [[nodiscard]] virtual Task<CriticDecision> watch() = 0;

  // Activity: a response, a tool call that starts, progress of a child run.
  virtual void record_step(int iteration, const llm::Response& response) = 0;
  virtual void record_tool_start(const Activity& activity) = 0;
  virtual void record_progress() = 0;

  // The run is over here; nothing is called afterwards.
  virtual void stop() = 0;
};

class Critic {
 public:
  virtual ~Critic() = default;
  [[nodiscard]] virtual std::unique_ptr<CriticHandle> monitor(CriticStart start) = 0;  // null: this run is not watched
};

}  // namespace executus
