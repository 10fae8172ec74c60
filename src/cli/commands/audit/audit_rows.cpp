#include "cli/commands/audit/audit_rows.hpp"

#include <array>

#include <boost/json.hpp>

#include "cli/output/spending.hpp"
#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kToolsWidth = 40, kNameWidth = 24;

std::string outcome_text(const audit::AuditRun& run) {
  const auto& stats = run.stats;
  const auto& why = stats.error_code.empty() ? stats.reason : stats.error_code;
  return std::string(to_string(stats.status)) + (why.empty() ? "" : " (" + printable_line(why) + ")") +
         (run.unreadable.empty() ? "" : ", its journal cannot be read");
}

std::string tools_text(const RunStats& stats, const char* between, const char* before_number) {
  std::string text;
  for (const auto& [tool, times] : stats.tools)
    text += (text.empty() ? "" : between) + tool + before_number + std::to_string(times);
  return text;
}

std::string time_or_empty(std::optional<WallTime> time) { return time ? rfc3339(*time) : ""; }

json::value or_null(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

// Of a run whose journal cannot be read, what only the journal tells is not shown as nothing.
std::string if_read(const audit::AuditRun& run, std::string text, const char* otherwise) {
  return run.unreadable.empty() ? std::move(text) : otherwise;
}

json::object tools_json(const RunStats& stats) {
  json::object tools;
  for (const auto& [tool, times] : stats.tools) tools[tool] = times;
  return tools;
}

// What is known from the journal alone.
void add_read(json::object& object, const audit::AuditRun& run) {
  bool read = run.unreadable.empty();
  object["subject"] = read ? or_null(audit::subject_of(run.info)) : json::value(nullptr);
  object["runtime_ms"] = read ? json::value(run.stats.runtime.count()) : json::value(nullptr);
  object["tool_calls"] = read ? json::value(run.stats.tool_calls) : json::value(nullptr);
  object["tools"] = read ? json::value(tools_json(run.stats)) : json::value(nullptr);
  object["error"] = or_null(run.stats.error);
  object["unreadable"] = or_null(run.unreadable);
}

constexpr std::array kStatuses{RunStatus::ok,        RunStatus::error,   RunStatus::timeout,
                               RunStatus::cancelled, RunStatus::killed,  RunStatus::queued,
                               RunStatus::running,   RunStatus::waiting, RunStatus::quarantined};

std::string outcomes_text(const audit::Spending& group) {
  std::string text;
  for (auto status : kStatuses)
    if (auto found = group.outcomes.find(status); found != group.outcomes.end())
      text += (text.empty() ? "" : ", ") + std::to_string(found->second) + " " + std::string(to_string(status));
  return text;
}

std::string group_time(const audit::Spending& group) {
  return time_text(group.runtime) + (group.untimed > 0 ? " and more" : "");
}

const char* group_key(audit::By by) {
  return by == audit::By::agent ? "agent" : by == audit::By::caller ? "caller" : "root_run_id";
}

}  // namespace

const Row& table_heading() {
  static const Row heading{"STARTED", "RUN", "AGENT", "CALLER", "TIME", "IN", "OUT", "COST", "TOOLS", "OUTCOME"};
  return heading;
}

Row table_row(const audit::AuditRun& run) {
  const auto& [info, stats] = std::tie(run.info, run.stats);
  return {rfc3339(info.started_at).substr(0, 19) + "Z",
          info.run.str(),
          printable_line(info.name, kNameWidth),
          printable_line(info.caller, kNameWidth),
          if_read(run, time_text(stats.runtime), "?"),
          std::to_string(stats.usage.input),
          std::to_string(stats.usage.output),
          cost_text(stats.cost),
          if_read(run, printable_line(tools_text(stats, ", ", " "), kToolsWidth), "?"),
          outcome_text(run)};
}

const Row& csv_heading() {
  static const Row heading{"started_at",
                           "ended_at",
                           "run_id",
                           "root_run_id",
                           "parent_run_id",
                           "agent",
                           "subject",
                           "caller",
                           "channel",
                           "status",
                           "reason",
                           "error_code",
                           "steps",
                           "runtime_ms",
                           "input_tokens",
                           "output_tokens",
                           "cache_read_tokens",
                           "cost_usd",
                           "known_cost_usd",
                           "unpriced_calls",
                           "tool_calls",
                           "tools"};
  return heading;
}

Row csv_values(const audit::AuditRun& run) {
  const auto& [info, stats] = std::tie(run.info, run.stats);
  return {rfc3339(info.started_at),
          time_or_empty(run.ended),
          info.run.str(),
          run.root.str(),
          info.parent.str(),
          info.name,
          if_read(run, audit::subject_of(info), ""),
          info.caller,
          info.channel,
          std::string(to_string(stats.status)),
          stats.reason,
          stats.error_code,
          std::to_string(stats.steps),
          if_read(run, std::to_string(stats.runtime.count()), ""),
          std::to_string(stats.usage.input),
          std::to_string(stats.usage.output),
          std::to_string(stats.usage.cache_read),
          dollars(stats.cost.total()),
          dollars(stats.cost.known),
          std::to_string(stats.cost.unpriced),
          if_read(run, std::to_string(stats.tool_calls), ""),
          if_read(run, tools_text(stats, " ", "="), "")};
}

json::object to_json(const audit::AuditRun& run) {
  const auto& [info, stats] = std::tie(run.info, run.stats);
  json::object object{{"run_id", info.run.str()},
                      {"root_run_id", run.root.str()},
                      {"parent_run_id", or_null(info.parent.str())},
                      {"agent", info.name},
                      {"caller", or_null(info.caller)},
                      {"channel", or_null(info.channel)},
                      {"status", to_string(stats.status)},
                      {"reason", or_null(stats.reason)},
                      {"error_code", or_null(stats.error_code)},
                      {"started_at", rfc3339(info.started_at)},
                      {"ended_at", or_null(time_or_empty(run.ended))},
                      {"steps", stats.steps}};
  add_spending(object, stats.usage, stats.cost);
  add_read(object, run);
  return object;
}

std::string total_text(const audit::Spending& sum) {
  return std::to_string(sum.runs) + (sum.runs == 1 ? " run, " : " runs, ") + group_time(sum) + ", " +
         std::to_string(sum.usage.input) + " tokens in, " + std::to_string(sum.usage.output) + " out, " +
         (sum.cost.total() ? "" : "cost ") + cost_text(sum.cost);
}

Row group_heading(audit::By by) {
  const char* first = by == audit::By::agent ? "AGENT" : by == audit::By::caller ? "CALLER" : "TREE";
  return {first, "RUNS", "TIME", "IN", "OUT", "COST", "OUTCOMES"};
}

Row group_row(const audit::Spending& group) {
  return {group.of.empty() ? "(none)" : printable_line(group.of),
          std::to_string(group.runs),
          group_time(group),
          std::to_string(group.usage.input),
          std::to_string(group.usage.output),
          cost_text(group.cost),
          outcomes_text(group)};
}

Row group_csv_heading(audit::By by) {
  Row heading{group_key(by), "runs"};
  for (auto status : kStatuses) heading.emplace_back(to_string(status));
  for (const char* name : {"runtime_ms", "untimed_runs", "input_tokens", "output_tokens", "cache_read_tokens",
                           "cost_usd", "known_cost_usd", "unpriced_calls"})
    heading.emplace_back(name);
  return heading;
}

Row group_csv_values(const audit::Spending& group) {
  Row values{group.of, std::to_string(group.runs)};
  for (auto status : kStatuses) {
    auto found = group.outcomes.find(status);
    values.push_back(std::to_string(found == group.outcomes.end() ? 0 : found->second));
  }
  for (auto number : {group.runtime.count(), static_cast<std::int64_t>(group.untimed), group.usage.input,
                      group.usage.output, group.usage.cache_read})
    values.push_back(std::to_string(number));
  values.push_back(dollars(group.cost.total()));
  values.push_back(dollars(group.cost.known));
  values.push_back(std::to_string(group.cost.unpriced));
  return values;
}

json::object to_json(const audit::Spending& group, audit::By by) {
  json::object outcomes;
  for (const auto& [status, runs] : group.outcomes) outcomes[to_string(status)] = runs;
  json::object object{{group_key(by), or_null(group.of)},
                      {"runs", group.runs},
                      {"outcomes", std::move(outcomes)},
                      {"runtime_ms", group.runtime.count()},
                      {"untimed_runs", group.untimed}};
  add_spending(object, group.usage, group.cost);
  return object;
}

}  // namespace executus::cli
