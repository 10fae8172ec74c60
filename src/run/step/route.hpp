// The way of a run through its phases: where it stands follows from those that are over, each of which says by its
// position, and by what a branch or a repeat has decided, what came next. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <executus/journal/checkpoint.hpp>
#include <executus/run/agent.hpp>

#include "run/step/answers.hpp"

namespace executus::run {

// What a repeat says as its output when it goes on.
inline constexpr std::string_view kAgain = "again";
inline constexpr std::string_view kDone = "done";
inline constexpr std::string_view kBound = "bound";  // its condition does not hold, and it went round often enough

class Route final {
 public:
  // Throws Error "run.phases" when a phase that is over says that one follows which the agent has not.
  Route(const std::vector<Phase>& phases, const std::vector<journal::PhaseEnded>& over);

  // The position of the next phase; nothing: the run is over.
  [[nodiscard]] std::optional<std::size_t> next() const;

  // In which round, from 1, of the innermost repeat around it the phase would be now; 1 where there is none.
  [[nodiscard]] int round_of(std::size_t phase) const;

  void take(const journal::PhaseEnded& ended);

 private:
  [[nodiscard]] std::size_t after(const journal::PhaseEnded& ended);

  const std::vector<Phase>& phases_;
  std::vector<int> again_;  // by repeat: how often it has gone on again in the stay that lasts
  std::size_t next_ = 0;
};

// The output of a branch (the name of what follows), or of a repeat. `round`: of its range.
[[nodiscard]] std::string decision_of(const std::vector<Phase>& phases, std::size_t index, const Answers& answers,
                                      int round);

// Whether all of them hold. A value that is not there is null; what is no number is neither above nor below one.
[[nodiscard]] bool hold(const std::vector<Condition>& conditions, const Answers& answers);

// What the run says when it ends now: the output of the last phase that did more than decide.
[[nodiscard]] std::string output_of_run(const std::vector<Phase>& phases, const std::vector<journal::PhaseEnded>& over);

}  // namespace executus::run
