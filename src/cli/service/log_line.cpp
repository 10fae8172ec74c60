#include "cli/service/log_line.hpp"

#include <algorithm>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestText = 500;

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "info";
}

// What it said is not in it: an answer may be private, and is read with `runs show`.
LogLine line_of_let_go(const RunOutcome& outcome) {
  LogLine line;
  json::object fields{{"run_id", outcome.run_id.str()}, {"agent", outcome.agent}};
  bool left = outcome.status == RunStatus::running;
  bool waits = outcome.status == RunStatus::waiting;
  bool failed = outcome.status == RunStatus::error || outcome.status == RunStatus::timeout ||
                outcome.status == RunStatus::killed || outcome.status == RunStatus::quarantined;
  line.level = failed ? LogLevel::warn : LogLevel::info;
  line.event = left ? "run_left" : waits ? "run_waits" : "run_ended";
  if (!left && !waits) fields["status"] = to_string(outcome.status);
  if (!outcome.reason.empty()) fields["reason"] = outcome.reason;
  if (!outcome.error_code.empty()) fields["error_code"] = outcome.error_code;
  if (!outcome.error.empty()) fields["error"] = outcome.error;
  fields["steps"] = outcome.iterations;
  fields["attempts"] = outcome.attempts;
  fields["input_tokens"] = outcome.usage.input;
  fields["output_tokens"] = outcome.usage.output;
  line.fields = std::move(fields);
  return line;
}

json::object summary_fields(const WorkSummary& summary) {
  return {{"driven", summary.driven}, {"ended", summary.ended}, {"waits", summary.waits}, {"left", summary.left}};
}

struct ToLine {
  std::optional<LogLine> operator()(const RunTakenUp& run) const {
    return LogLine{
        LogLevel::info, "run_taken_up", {{"run_id", run.run.str()}, {"agent", run.agent}, {"attempt", run.attempt}}};
  }
  std::optional<LogLine> operator()(const RunLetGo& run) const { return line_of_let_go(run.outcome); }
  std::optional<LogLine> operator()(const RunQuarantined& run) const {
    return LogLine{
        LogLevel::error, "run_quarantined", {{"run_id", run.run.str()}, {"agent", run.agent}, {"reason", run.reason}}};
  }
  std::optional<LogLine> operator()(const RunNotPossibleHere& run) const {
    json::array missing(run.missing.begin(), run.missing.end());
    return LogLine{LogLevel::warn,
                   "run_not_possible_here",
                   {{"run_id", run.run.str()}, {"agent", run.agent}, {"missing", std::move(missing)}}};
  }
  std::optional<LogLine> operator()(const Looked&) const { return std::nullopt; }
  std::optional<LogLine> operator()(const LookFailed& look) const {
    return LogLine{
        LogLevel::error, "look_failed", {{"error_code", look.problem.code()}, {"error", look.problem.message()}}};
  }
  std::optional<LogLine> operator()(const ScheduleFired& fired) const {
    return LogLine{LogLevel::info,
                   "schedule_fired",
                   {{"schedule", fired.schedule}, {"due", rfc3339(fired.due)}, {"run_id", fired.run.str()}}};
  }
  std::optional<LogLine> operator()(const ScheduleSkipped& skipped) const {
    return LogLine{LogLevel::warn,
                   "schedule_skipped",
                   {{"schedule", skipped.schedule},
                    {"due", rfc3339(skipped.first)},
                    {"times", skipped.times},
                    {"reason", skipped.reason}}};
  }
  std::optional<LogLine> operator()(const Draining& draining) const {
    return LogLine{LogLevel::info, "draining", {{"window_ms", draining.window.count()}, {"driven", draining.driven}}};
  }
  std::optional<LogLine> operator()(const Drained& drained) const {
    return LogLine{LogLevel::info, "drained", summary_fields(drained.summary)};
  }
};

bool needs_quotes(std::string_view text) { return text.empty() || text.find_first_of(" \"=\\") != text.npos; }

std::string field_text(const json::value& value) {
  if (!value.is_string()) return write_json(value);
  auto text = printable_line(std::string_view(value.get_string()), kLongestText);
  return needs_quotes(text) ? write_json(json::value(text)) : text;
}

}  // namespace

std::optional<LogLine> line_of(const WorkEvent& event) { return std::visit(ToLine(), event); }

std::string render(const LogLine& line, WallTime at, LogForm form) {
  if (form == LogForm::json) {
    json::object object{{"at", rfc3339(at)}, {"level", name_of(line.level)}, {"event", line.event}};
    for (const auto& field : line.fields) object[field.key()] = field.value();
    return as_utf8(write_json(object)) + "\n";
  }
  std::string text = rfc3339(at) + " " + std::string(name_of(line.level)) + " " + std::string(line.event);
  for (const auto& field : line.fields) text += " " + std::string(field.key()) + "=" + field_text(field.value());
  return text + "\n";
}

}  // namespace executus::cli
