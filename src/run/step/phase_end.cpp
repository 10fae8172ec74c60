#include "run/step/phase_end.hpp"

namespace executus::run {

PhaseVerdict decide_phase(const PhaseStop& stop, const Phase& phase) {
  using enum PhaseVerdict;
  if (stop.end) {
    switch (*stop.end) {
      case agent::LoopEnd::answered:
        return completed;
      case agent::LoopEnd::parked:
        return parked;
      case agent::LoopEnd::cut:
      case agent::LoopEnd::refused:
      case agent::LoopEnd::unfit:
      case agent::LoopEnd::map_failed:
        return phase.optional ? fallback : unusable;
      case agent::LoopEnd::max_steps:
      case agent::LoopEnd::tool_loop:
        return phase.optional ? fallback : salvaged;
    }
  }
  return phase.optional && stop.failure == PhaseStop::Failure::other ? fallback : abort;
}

}  // namespace executus::run
