// The log of a worker: a line for each thing that happens, for people or for programs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include <executus/base/clock.hpp>
#include <executus/base/log.hpp>
#include <executus/run/work.hpp>

namespace executus::cli {

struct LogLine {
  LogLevel level = LogLevel::info;
  std::string_view event;      // "run_taken_up": frozen, programs filter by it
  boost::json::object fields;  // names are frozen too
};

// Nothing for what happens every second.
[[nodiscard]] std::optional<LogLine> line_of(const WorkEvent& event);

enum class LogForm { text, json };

// With its newline. Text: "2026-01-31T09:00:00.000Z info run_taken_up run_id=0192 agent=triage".
[[nodiscard]] std::string render(const LogLine& line, WallTime at, LogForm form);

}  // namespace executus::cli
