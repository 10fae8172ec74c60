#include "cli/commands/schedule/saved_schedule.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/context/saved_lookup.hpp"
#include "runtime/schedules/saved_schedules.hpp"

namespace executus::cli {
namespace {

using Row = saved::Row<persona::Persona>;

constexpr std::string_view kOfSaved = "saved/";

bool is_of_saved(std::string_view schedule) { return schedule.starts_with(kOfSaved); }

std::vector<Row> rows_in(CommandContext& context) {
  if (!context.database_is_there()) return {};
  return context.runtime().saved_agents().list_rows();
}

const Row* find_row(const std::vector<Row>& rows, const std::string& schedule) {
  auto found = std::ranges::find_if(
      rows, [&](const Row& row) { return host::schedule_name_of(row.record.owner, row.name) == schedule; });
  return found == rows.end() ? nullptr : &*found;
}

// Of one whose agent is gone: as its name says.
std::string owner_of(const Row* row, const std::string& schedule) {
  if (row) return row->record.owner;
  auto end = schedule.rfind('/');
  return end < kOfSaved.size() ? "" : schedule.substr(kOfSaved.size(), end - kOfSaved.size());
}

bool is_seen(CommandContext& context, const std::vector<Row>& rows, const std::string& schedule) {
  if (!is_of_saved(schedule)) return true;
  const auto* row = find_row(rows, schedule);
  auto caller = context.caller();
  return owner_of(row, schedule) == caller ||
         (row && row->value.ok() && is_visible(row->value->record, row->value->definition, caller));
}

Error unknown(CommandContext& context, const std::string& schedule) {
  return failed("schedule.unknown", "there is no schedule '" + printable_line(std::string(clip(schedule, 80))) +
                                        "' that '" + printable_line(context.caller()) +
                                        "' sees; `executus schedule list`");
}

}  // namespace

void leave_seen(CommandContext& context, std::vector<schedule::Job>& jobs) {
  auto rows = rows_in(context);
  std::erase_if(jobs, [&](const schedule::Job& job) { return !is_seen(context, rows, job.id); });
}

void require_own(CommandContext& context, const std::string& schedule) {
  if (!is_of_saved(schedule)) return;
  auto rows = rows_in(context);
  if (!is_seen(context, rows, schedule)) throw unknown(context, schedule);
  auto owner = owner_of(find_row(rows, schedule), schedule);
  if (owner == context.caller()) return;
  throw failed("schedule.owner", "the schedule '" + printable_line(schedule) + "' is that of an agent of " +
                                     printable_line(owner) + ", and '" + printable_line(context.caller()) +
                                     "' may not change it or start its run; say whose it is by --caller");
}

ScheduledAgent scheduled_named(CommandContext& context, const std::string& name) {
  std::string schedule = name;
  if (!is_of_saved(name)) {
    auto is_file = names_a_file(name) || agent_library(context).agents().path_of(name);
    auto saved = is_file ? std::nullopt : find_saved(context, DelegateKind::agent, name);
    if (!saved) return scheduled_of(context, load_agent(context, name));
    schedule = host::schedule_name_of(saved->record.owner, saved->name());
  }
  auto rows = rows_in(context);
  const auto* row = find_row(rows, schedule);
  if (!row || !is_seen(context, rows, schedule)) throw unknown(context, schedule);
  auto scheduled = scheduled_of(context, row->value.value());
  scheduled.caller = row->record.owner;
  scheduled.name = std::move(schedule);
  return scheduled;
}

}  // namespace executus::cli
