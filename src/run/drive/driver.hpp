// Drives runs in this process: open, then loop and close (LiveRun::drive), then end the children that a run which
// ended badly had left.
#pragma once

#include <memory>
#include <vector>

#include <executus/run/executor.hpp>

#include "run/drive/left_children.hpp"
#include "run/drive/live_runs.hpp"
#include "run/open/opening.hpp"

namespace executus::run {

// Outcomes are handed on by pointer: a frame that waits should not hold room for one. `children` drives the children of
// the run, and outlives it.
class Driver final {
 public:
  // `journal` is null where runs are not kept.
  Driver(journal::JournalStore* journal, Opening& opening, LiveRuns& live, LeftChildren& left, Logger& logger)
      : journal_(journal), opening_(opening), live_(live), left_(left), logger_(logger) {}

  // A submission, from admission to what becomes of the run here. Nothing throws: what goes wrong is in the outcome.
  [[nodiscard]] Task<std::unique_ptr<RunOutcome>> submit(std::unique_ptr<Submission> submission, ChildRuns& children);

  // Continues a run that this process has just claimed. Nothing throws. `lapses`: see Executor::resume.
  [[nodiscard]] Task<std::unique_ptr<RunOutcome>> resume(journal::RunRow claimed, ChildRuns& children,
                                                         std::optional<std::uint64_t> lapses = std::nullopt);

  // What opening led to. Nothing throws. `why`: of a run that was left; may be null.
  enum class Left { otherwise, for_its_place };
  [[nodiscard]] Task<std::unique_ptr<RunOutcome>> drive(Opened opened, ChildRuns& children, Left* why = nullptr);

 private:
  // A run that cannot be opened has an answer: that it was refused, or left as it was.
  Task<Opened> open(std::unique_ptr<Submission> submission, ChildRuns& children);
  Task<Opened> take_up(journal::RunRow claimed, ChildRuns& children, std::optional<std::uint64_t> lapses);
  Task<std::unique_ptr<RunOutcome>> in_its_turn(std::unique_ptr<RunOutcome> outcome, ChildRuns& children);
  Task<Opened> attach(RunId run, ChildRuns& children);
  Task<void> end_children(std::vector<RunId> left, ChildRuns& children);
  Task<void> end_child(RunId child, ChildRuns& children);

  journal::JournalStore* const journal_;
  Opening& opening_;
  LiveRuns& live_;
  LeftChildren& left_;
  Logger& logger_;
};

}  // namespace executus::run
