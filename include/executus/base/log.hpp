// Port: where the library reports what no caller waits for (a port that threw, a retry, a recovery). Never a secret.
//
// Absent (no Logger given): nothing is logged. Threads: from any thread, must not block for long, must not throw.
#pragma once

#include <string_view>

namespace executus {

enum class LogLevel { debug, info, warn, error };

class Logger {
 public:
  virtual ~Logger() = default;
  virtual void log(LogLevel level, std::string_view message) noexcept = 0;
};

// Drops everything. Lives for the whole program.
[[nodiscard]] Logger& null_logger();

}  // namespace executus
