// Drives the children of the runs that live here, for the calls that delegate to them. A child that is kept is let go
// of when its parent is cancelled, for that may go on elsewhere; one that is not ends with it.
#pragma once

#include <executus/run/executor.hpp>

#include "run/calls/delegation.hpp"
#include "run/drive/driver.hpp"
#include "run/drive/left_children.hpp"
#include "run/open/opening.hpp"

namespace executus::run {

class Children final : public ChildRuns {
 public:
  Children(const Ports& ports, Opening& opening, Driver& driver, LeftChildren& left, Logger& logger)
      : ports_(ports), opening_(opening), driver_(driver), left_(left), logger_(logger) {}

  Task<RunOutcome> run_child(Agent agent, Invocation invocation, DelegationBounds bounds, Watchers& parent) override;
  std::optional<journal::Admission> child_admission(const Agent& agent, const Invocation& invocation,
                                                    const Clock& clock) override;
  Task<std::optional<journal::QueueLimit>> limit_on(RunId parent) override;

 private:
  Task<std::unique_ptr<RunOutcome>> drive(std::unique_ptr<Submission> submission, Lineage lineage);
  void leave(const Invocation& child);

  const Ports& ports_;
  Opening& opening_;
  Driver& driver_;
  LeftChildren& left_;
  Logger& logger_;
};

}  // namespace executus::run
