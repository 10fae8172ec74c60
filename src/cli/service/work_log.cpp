#include "cli/service/work_log.hpp"

#include "cli/output/terminal.hpp"

namespace executus::cli {

// A line is written whole. Where there is no memory for one it is lost, and the worker goes on.
void WorkLog::write(const LogLine& line) noexcept {
  try {
    write_err(render(line, system_clock().wall(), form_));
  } catch (...) {
  }
}

void WorkLog::write(const WorkEvent& event) noexcept {
  try {
    if (!is_news(event)) return;
    if (auto line = line_of(event)) write(*line);
  } catch (...) {
  }
}

// A store that is away fails every look: that is said once, until a look succeeds.
bool WorkLog::is_news(const WorkEvent& event) {
  std::lock_guard lock(mutex_);
  if (std::holds_alternative<Looked>(event)) trouble_.clear();
  const auto* failed = std::get_if<LookFailed>(&event);
  if (!failed) return true;
  bool is_new = trouble_ != failed->problem.code();
  trouble_ = failed->problem.code();
  return is_new;
}

void WorkLog::log(LogLevel level, std::string_view message) noexcept {
  if (level < LogLevel::warn) return;
  try {
    write(LogLine{level, "log", {{"message", message}}});
  } catch (...) {
  }
}

void AgentFileLog::log(LogLevel level, std::string_view message) noexcept {
  try {
    log_.write(LogLine{level, level == LogLevel::error ? "agents_kept" : "agents_read", {{"message", message}}});
  } catch (...) {
  }
}

}  // namespace executus::cli
