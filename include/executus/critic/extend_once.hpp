// The default policy: the first idle run gets one extension, over all its attempts; then the limit decides.
#pragma once

#include <executus/critic/escalator.hpp>

namespace executus::critic {

// Nothing when `situation` tells of an extension already. `by` 0: the soft time.
[[nodiscard]] CriticDecision extend_once(const Situation& situation, Milliseconds by = Milliseconds{0});

// Keeps no state: the run's journal has it.
class ExtendOnce final : public Escalator {
 public:
  explicit ExtendOnce(Milliseconds by = Milliseconds{0}) : by_(by) {}
  [[nodiscard]] Task<CriticDecision> escalate(Situation situation) override;

 private:
  Milliseconds by_;
};

}  // namespace executus::critic
