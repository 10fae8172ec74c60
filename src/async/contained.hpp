// Tasks whose failure must not spread: what they throw is logged.
#pragma once

#include <string>
#include <utility>

#include <executus/async/timing.hpp>

#include "base/contained.hpp"

namespace executus {

// What is said of a task that failed.
struct Complaint {
  Logger& logger;
  LogLevel level = LogLevel::error;
  std::string text;
};

// Runs `task` as detached_for() does, with `detail`.
[[nodiscard]] inline Task<void> contained_for(Milliseconds limit, Task<void> task, std::string detail,
                                              Complaint complaint) {
  try {
    co_await detached_for(limit, std::move(task), std::move(detail));
  } catch (...) {
    log_caught(complaint.logger, complaint.level, {complaint.text});
  }
}

}  // namespace executus
