// How long a run may live here: its deadline, and the critic that may move it.
//
//   no critic        max_runtime ends the run (timeout)
//   critic           max_runtime is how long the run may idle before the critic is asked; the critic's limit plus its
//                    extensions ends the run, and no run outlives the absolute maximum
#pragma once

#include <memory>
#include <optional>

#include <executus/async/task_group.hpp>
#include <executus/async/timing.hpp>
#include <executus/run/critic.hpp>

#include "run/record/recorder.hpp"

namespace executus::run {

struct TimeLimits {
  Milliseconds max_runtime{0};
  Milliseconds absolute_max{0};
};

// How long the run may be owned and running in all. `critic_limit`: what its critic allows; nothing without one. Pure.
[[nodiscard]] Milliseconds time_limit(TimeLimits limits, std::optional<Milliseconds> critic_limit,
                                      const journal::CriticState& critic);

class Supervision final {
 public:
  // `critic` may be null. Everything outlives it.
  Supervision(Recorder& recorder, Watchers& watchers, CriticHandle* critic, TimeLimits limits, Logger& logger);

  // Runs `work` in a scope that ends at the limit, or when the critic kills it.
  [[nodiscard]] Task<void> over(Task<void> work, TaskContext context, CancelScope& scope);

  // While it lives, the time of the run does not count: neither for its limits, nor as time it was running.
  class Standstill final {
   public:
    explicit Standstill(Supervision& run);
    ~Standstill();
    Standstill(const Standstill&) = delete;
    Standstill& operator=(const Standstill&) = delete;

   private:
    Supervision& run_;
  };

 private:
  class Limited;

  Task<void> within_limit(Task<void> work, TaskContext context, CancelScope& scope);
  Task<void> watched(Task<void> work, TaskContext context, CancelScope& scope);
  Task<void> watch(CancelScope& scope);
  Task<void> apply(CriticDecision decision, CancelScope& scope);
  [[nodiscard]] MonoTime end(const Clock& clock) const;
  void set_deadline();

  Recorder& recorder_;
  Watchers& watchers_;
  CriticHandle* const critic_;
  const TimeLimits limits_;
  Logger& logger_;
  TaskContext where_{};
  std::optional<Deadline> deadline_;  // none while time does not count
};

}  // namespace executus::run
