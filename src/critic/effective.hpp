// What of a decision takes effect, given what was decided before.
#pragma once

#include <executus/run/critic.hpp>

namespace executus::critic {

// A kill stands alone. Else extensions and steps are not negative, and so small that their sums with earlier decisions
// cannot overflow: all extensions together within 36500 days, all steps with `base_steps` within an int.
[[nodiscard]] CriticDecision effective(CriticDecision decision, const journal::CriticState& so_far, int base_steps);

// The part of a decision that still counts when the run showed activity while it was made: a kill and a nudge no longer
// fit, time and steps are kept, and the cost is booked. Whatever came with a kill did not count before either.
[[nodiscard]] CriticDecision outdated(CriticDecision decision);

// Whether there is nothing in it to tell: no change, no words and no cost.
[[nodiscard]] bool is_empty(const CriticDecision& decision);

// Adds the decision to what the critic has done so far, as the fold of the journal does.
void count(journal::CriticState& so_far, const CriticDecision& decision);

}  // namespace executus::critic
