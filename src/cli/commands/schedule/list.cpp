#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/schedule/declared.hpp"
#include "cli/commands/schedule/schedule_report.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
Exit execute(CommandContext& context, const ScheduleList&) {
  context.only_reads();
  (void)declare_project(context);  // also those that no worker has taken up yet
  auto now = system_clock().wall();
  boost::json::array list;
  std::vector<std::vector<std::string>> rows{{"SCHEDULE", "NEXT", "LAST RUN", "STATE"}};
  std::string names;
  for (const auto& job : context.runtime().schedules().list().get()) {
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
