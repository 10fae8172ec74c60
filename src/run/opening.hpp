// Opening a run: from an agent, or from a stored run, to a LiveRun that can be driven.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <executus/run/executor.hpp>

#include "run/live_run.hpp"

namespace executus::run {

struct Submission {
  Agent agent;
  Invocation invocation;
};

// What opening led to: a run to drive here, or an answer at once (the run ended before, waits, or is queued).
struct Opened {
  std::unique_ptr<LiveRun> live;
  std::unique_ptr<RunOutcome> answer;
};

// Every method throws Error when the run is refused; nothing was acknowledged then.
class Opening final {
 public:
  Opening(const ExecutorConfig& config, Logger& logger) : config_(config), logger_(logger) {}

  // Admits the run, or attaches to the one that has its id.
  [[nodiscard]] Task<Opened> submit(std::unique_ptr<Submission> submission);

  // Takes up a run that was claimed by this process.
  [[nodiscard]] Task<Opened> take_up(journal::RunRow claimed);

  [[nodiscard]] std::vector<std::string> missing_for(const Agent& agent) const;

 private:
  Task<Opened> attach(journal::RunRow row);
  Task<Opened> answer_for(journal::RunRow row);
  Task<journal::Checkpoint> load(RunId run);
  LiveRun::Parts resolve(Agent agent) const;
  tool::Toolbox toolbox_for(const Agent& agent) const;
  std::unique_ptr<LiveRun> make_live(LiveRun::Parts parts, journal::Checkpoint checkpoint, const Clock& clock) const;

  const ExecutorConfig& config_;
  Logger& logger_;
};

}  // namespace executus::run
