#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/schedule/declared.hpp"
#include "cli/commands/schedule/saved_schedule.hpp"
#include "cli/commands/schedule/schedule_report.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
Exit execute(CommandContext& context, const ScheduleList& options) {
  context.only_reads();
  context.act_for(options.caller);
  (void)declare_project(context);  // also those that no worker has taken up yet
  auto now = system_clock().wall();
  boost::json::array list;
  std::vector<std::vector<std::string>> rows{{"SCHEDULE", "NEXT", "LAST RUN", "STATE"}};
  std::string names;
  auto jobs = context.runtime().schedules().list().get();
  leave_seen(context, jobs);
  for (const auto& job : jobs) {
    list.push_back(schedule_json(job, now));
    rows.push_back(schedule_row(job, now));
    names += job.id + "\n";
  }
  if (context.globals().json)
    context.print_json(list);
  else if (context.globals().quiet)
    context.print(names);
  else
    context.print(list.empty() ? "no schedules; an agent file has one under `schedule:`\n" : table(rows));
  return Exit::ok;
}

}  // namespace executus::cli
