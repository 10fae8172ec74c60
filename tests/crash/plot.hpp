// Runs that are more than one loop: what their model says and the agent files they need. Every text of the model bears
// the mark of its place (mark.hpp).
#pragma once

#include "world.hpp"

namespace executus::crash {

enum class Plot {
  phases,      // three, each with a call
  delegation,  // two children at once, each with a call
  steering     // three calls, and messages in between
};

[[nodiscard]] constexpr const char* name_of(Plot plot) {
  constexpr const char* names[] = {"phases", "delegation", "steering"};
  return names[static_cast<int>(plot)];
}

[[nodiscard]] Cast cast_of(Plot plot);

}  // namespace executus::crash
