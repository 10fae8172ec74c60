// Writes the log of a worker to standard error, and what the library reports among it.
#pragma once

#include <mutex>
#include <string>

#include "cli/service/log_line.hpp"

namespace executus::cli {

// Threads: any.
class WorkLog final : public Logger {
 public:
  explicit WorkLog(LogForm form) : form_(form) {}

  void write(const LogLine& line) noexcept;
  void write(const WorkEvent& event) noexcept;
  void log(LogLevel level, std::string_view message) noexcept override;

 private:
  [[nodiscard]] bool is_news(const WorkEvent& event);

  const LogForm form_;
  std::mutex mutex_;
  std::string trouble_;  // why the last look failed; empty: it did not
};

// What is said of the files of agents and skills, as events of that log. Threads: any.
class AgentFileLog final : public Logger {
 public:
  explicit AgentFileLog(WorkLog& log) : log_(log) {}
  void log(LogLevel level, std::string_view message) noexcept override;

 private:
  WorkLog& log_;
};

}  // namespace executus::cli
