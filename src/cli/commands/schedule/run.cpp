#include "cli/commands/command_table.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/drive/show_outcome.hpp"

namespace executus::cli {

// A run that a person asked for: it has the channel of the command line.
Exit execute(CommandContext& context, const ScheduleRun& options) {
  auto scheduled = scheduled_of(context, load_agent(context, options.agent));
  Invocation invocation;
  invocation.run_id = RunId::generate(system_clock());
  invocation.prompt = scheduled.schedule.prompt;
  invocation.inputs = scheduled.inputs;
  invocation.delivery = scheduled.delivery;
  invocation.channel = "cli";
  invocation.attributes = {{"schedule", scheduled.agent.name}};
  invocation.start = Invocation::Start::queued;
  return show_queued(context, context.runtime().run(std::move(scheduled.agent), std::move(invocation)));
}

}  // namespace executus::cli
