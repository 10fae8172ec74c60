// What the critic has done to a run so far.
#pragma once

#include <string>
#include <vector>

#include <executus/base/clock.hpp>

namespace executus::journal {

struct CriticState {
  Milliseconds extended{0};
  int extensions = 0;
  int steps_raised = 0;
  int decisions = 0;  // of any kind
  bool killed = false;
  std::string kill_reason;
  std::vector<std::string> nudges;  // not said yet
  bool operator==(const CriticState&) const = default;
};

}  // namespace executus::journal
