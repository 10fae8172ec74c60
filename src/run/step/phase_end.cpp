#include "run/step/phase_end.hpp"

namespace executus::run {

PhaseVerdict decide_phase(const PhaseStop& stop, const Phase& phase) {
  using enum PhaseVerdict;
  if (stop.end) {
    if (*stop.end == agent::LoopEnd::answered) return completed;
    if (*stop.end == agent::LoopEnd::parked) return parked;
    bool no_answer = *stop.end == agent::LoopEnd::cut || *stop.end == agent::LoopEnd::refused;
    if (no_answer && !phase.optional) return unusable;
    return phase.optional ? fallback : salvaged;
  }
  return phase.optional && stop.failure == PhaseStop::Failure::other ? fallback : abort;
}

}  // namespace executus::run
