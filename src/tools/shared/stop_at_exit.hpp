// Stops what was begun for a task when the task goes on or is cancelled.
#pragma once

#include <stop_token>

namespace executus::tools {

struct StopAtExit {
  std::stop_source source;
  ~StopAtExit() { source.request_stop(); }
};

}  // namespace executus::tools
