// What the end of a phase's loop means for the pipeline. Pure.
#pragma once

#include <optional>

#include <executus/agent/loop.hpp>
#include <executus/run/agent.hpp>

namespace executus::run {

// How a phase's loop stopped: by its own end, or by an exception.
struct PhaseStop {
  enum class Failure { none, cancelled, store, source, budget, other };
  std::optional<agent::LoopEnd> end;  // set when the loop returned
  Failure failure = Failure::none;
};

enum class PhaseVerdict {
  completed,  // its answer is its output
  fallback,   // its fallback is
  salvaged,   // what it had so far is
  parked,     // it waits, and so does the run
  unusable,   // its answer was cut off, refused or does not fit, or its map failed: nothing is built on it, the run
              // ends as its loop did
  abort       // the run ends, or is left, as the failure says
};

[[nodiscard]] PhaseVerdict decide_phase(const PhaseStop& stop, const Phase& phase);

}  // namespace executus::run
