#include <algorithm>

#include <boost/json.hpp>

#include "base/shell_word.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/commands/schedule/declared.hpp"
#include "cli/commands/schedule/saved_schedule.hpp"
#include "cli/commands/schedule/schedule_report.hpp"

namespace executus::cli {
namespace {

// The schedules of the store and of the project's files, where the caller may change that one. Where there is no
// database, a name that no file has makes none.
Schedules schedules_with(CommandContext& context, const std::string& name, const std::string& caller) {
  context.act_for(caller);
  auto agents = declare_project(context);
  bool is_here = std::ranges::any_of(agents.files,
                                     [&](const AgentFile& file) { return file.schedule && file.agent.name == name; });
  if (!is_here && !context.database_is_there())
    throw failed("schedule.unknown", "there is no schedule '" + printable_line(name) + "'; `executus schedule list`");
  require_own(context, name);
  return context.runtime().schedules();
}

Exit show(CommandContext& context, const schedule::Job& job, const std::string& sentence) {
  if (context.globals().json)
    context.print_json(schedule_json(job, system_clock().wall()));
  else
    context.print(context.globals().quiet ? job.id + "\n" : sentence + "\n");
  return Exit::ok;
}

}  // namespace

Exit execute(CommandContext& context, const SchedulePause& options) {
  auto job = schedules_with(context, options.name, options.caller).pause(options.name).get();
  return show(context, job, job.id + " is paused; `executus schedule resume " + shell_word(job.id) + "` ends that");
}

Exit execute(CommandContext& context, const ScheduleResume& options) {
  auto job = schedules_with(context, options.name, options.caller).resume(options.name).get();
  return show(context, job,
              job.id + (job.next ? " comes next at " + local_time(job, *job.next) : " has no time that comes"));
}

Exit execute(CommandContext& context, const ScheduleRemove& options) {
  auto job = schedules_with(context, options.name, options.caller).remove(options.name).get();
  return show(context, job, job.id + " is removed");
}

}  // namespace executus::cli
