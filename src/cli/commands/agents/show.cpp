#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/context/agent_lookup.hpp"

namespace executus::cli {
namespace {

// What the agent file leaves out, as a run that this program starts would have it.
void set_defaults(Agent& agent) {
  if (agent.max_iterations <= 0) agent.max_iterations = Defaults().max_iterations;
}

}  // namespace

Exit execute(CommandContext& context, const AgentsShow& options) {
  auto file = load_agent(context, options.agent);
  set_defaults(file.agent);
  auto object = to_json(file.agent);
  if (context.globals().json)
    context.print_json(object);
  else if (context.globals().quiet)
    context.print(file.agent.name + "\n");
  else
    for (const auto& member : object) {
      const auto& value = member.value();
      context.print(
          std::string(member.key()) + ": " +
          printable(value.is_string() ? std::string(std::string_view(value.get_string())) : write_json(value)) + "\n");
    }
  return Exit::ok;
}

}  // namespace executus::cli
