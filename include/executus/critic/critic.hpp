// The critic battery: notices that a run shows no activity, asks an Escalator what to do, and bounds what it may do.
//
//   0 ---------- soft ------------------------ backstop ------------ absolute maximum (the executor's)
//                no activity for so long:      timeout, unless       nothing moves this
//                the escalator is asked        a decision moved it
//
// Asked once per idle period: an idle run is not asked about again until it has shown activity. A kill is final: what
// comes with it or after it is void. See docs/concepts/critic.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include <executus/base/log.hpp>
#include <executus/critic/escalator.hpp>

namespace executus::critic {

struct WatchdogOptions {
  Milliseconds max_backstop = std::chrono::hours(6);  // clamps soft x multiplier, but never below soft
  double least_multiplier = 2;                        // in place of a multiplier of 1 or less
  std::size_t signs = 12;                             // what a Situation tells of the run's past
};

// Threads: monitor() from any thread; a handle on its run's strand. Handles may outlive the Watchdog, but neither the
// escalator nor the logger.
class Watchdog final : public Critic {
 public:
  explicit Watchdog(Escalator& escalator, WatchdogOptions options = {}, Logger& logger = null_logger())
      : escalator_(escalator), options_(options), logger_(logger) {}

  // Null when start.soft is not positive. The handle's time starts when watch() is awaited first.
  [[nodiscard]] std::unique_ptr<CriticHandle> monitor(CriticStart start) override;

 private:
  Escalator& escalator_;
  WatchdogOptions options_;
  Logger& logger_;
};

}  // namespace executus::critic
