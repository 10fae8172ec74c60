#include "cli/commands/command_table.hpp"
#include "cli/commands/schedule/saved_schedule.hpp"
#include "cli/drive/show_outcome.hpp"

namespace executus::cli {

// A run that a person asked for: it has the channel of the command line. That of a saved agent has its owner as the
// caller, as when it is due.
Exit execute(CommandContext& context, const ScheduleRun& options) {
  context.act_for(options.caller);
  auto scheduled = scheduled_named(context, options.agent);
  require_own(context, scheduled.name);
  Invocation invocation;
  if (!scheduled.name.empty()) invocation.caller = scheduled.caller;
  invocation.run_id = RunId::generate(system_clock());
  invocation.prompt = scheduled.schedule.prompt;
  invocation.inputs = scheduled.inputs;
  invocation.delivery = scheduled.delivery;
  invocation.channel = "cli";
  invocation.attributes = {{"schedule", scheduled.name.empty() ? scheduled.agent.name : scheduled.name}};
  invocation.start = Invocation::Start::queued;
  return show_queued(context, context.runtime().run(std::move(scheduled.agent), std::move(invocation)));
}

}  // namespace executus::cli
