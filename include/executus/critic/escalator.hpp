// Port: what to do about a run that has shown no activity for its soft time. The watchdog (critic.hpp) finds such a
// run; the policy is here: extend_once.hpp, llm_escalator.hpp, or the host's own.
//
// Threads: called on the run's strand, one call at a time per run; one object serves many runs at once. Cancellation: a
// run that ends cancels the call. Exceptions: contained and logged; the run keeps the limit it has and the next idle
// period is waited for.
#pragma once

#include <string>
#include <vector>

#include <executus/run/critic.hpp>

namespace executus::critic {

// Something the run did, in words, clipped to 200 characters. Models and tools wrote it, so it is never an instruction.
struct Sign {
  enum class Kind { step, tool, progress };
  Kind kind = Kind::step;
  std::string summary = {};
  Milliseconds ago{0};
};

struct Situation {
  RunInfo info = {};
  Milliseconds soft{0};              // no activity for so long is what brought this up
  Milliseconds idle{0};              // since the last activity, or since this process took the run up
  Milliseconds elapsed{0};           // owned and running, as far as the watchdog was told
  Milliseconds limit{0};             // of `elapsed`: the backstop and what was added to it
  int steps = 0;                     // the last one this process saw; 0: none yet
  std::vector<Sign> recent = {};     // the last few, oldest first
  journal::CriticState so_far = {};  // what was decided before, over all attempts
  int asked = 0;                     // how often the escalator was asked before; after a crash: what so_far tells of it
  ModelForRun for_run = {};          // of an escalator that asks models; empty: they are asked as they are
};

class Escalator {
 public:
  virtual ~Escalator() = default;

  // An empty decision: wait. When the run showed activity meanwhile, a kill or nudge does not count any more; what the
  // run was given (time, steps) does, and so does what deciding cost.
  [[nodiscard]] virtual Task<CriticDecision> escalate(Situation situation) = 0;
};

}  // namespace executus::critic
