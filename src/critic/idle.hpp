// When a run counts as idle, and for how long it may be worked on in all.
#pragma once

#include <optional>

#include <executus/base/clock.hpp>
#include <executus/critic/critic.hpp>

namespace executus::critic {

struct Idle {
  MonoTime last_activity{};
  bool asked = false;  // about this idle period; activity ends it
};

// When the run will have been idle for `soft`; may be past. Nothing: not before there is activity again.
[[nodiscard]] std::optional<MonoTime> next_wake(const Idle& idle, Milliseconds soft);

// soft x multiplier within the options' bounds; never less than soft.
[[nodiscard]] Milliseconds backstop(Milliseconds soft, double multiplier, const WatchdogOptions& options);

}  // namespace executus::critic
