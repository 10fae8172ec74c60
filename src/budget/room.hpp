// How much of what is left a run gets. Pure.
//
// It gets a block: its calls, and up to eight times as much where that is no more than a sixteenth of what is left, so
// that most calls need not ask. Near the limit blocks are single calls, and in the end what is left of it, which may be
// less than the call: then the limit is passed by no more than this call.
#pragma once

#include <executus/run/spending_limits.hpp>

namespace executus::budget {

enum class Room {
  enough,
  later,  // others hold what is left
  none    // it is spent
};

struct Share {
  Room room = Room::enough;
  Amounts held = {};                          // of enough
  std::optional<Milliseconds> good_for = {};  // likewise, where time is limited
};

// `spent`: all of it, estimates too. `held`: by others. Time is not held: it counts as it passes, and
// each run asks again after a 64th of what is left.
[[nodiscard]] Share share_of(const SpendingLimits& limits, const Amounts& spent, const Amounts& held,
                             const Amounts& calls);

// "$0.25 of $1.00, 1200 of 5000 tokens": of what is limited.
[[nodiscard]] std::string words_of(const SpendingLimits& limits, const Amounts& spent);

}  // namespace executus::budget
