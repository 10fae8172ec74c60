#include <boost/json.hpp>

#include "base/shell_word.hpp"
#include "cli/commands/agents/checked_agent.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/output/next_steps.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {

Exit execute(CommandContext& context, const AgentsList&) {
  boost::json::array list;
  std::vector<std::vector<std::string>> rows{{"AGENT", "FILE", "DESCRIPTION"}};
  std::string names;
  auto library = agent_library(context);
  for (const auto& file : library.files()) {
    auto checked = check_agent(library, file);
    list.push_back(checked_json(checked));
    if (checked.agent) {
      const auto& agent = checked.agent->agent;
      auto others = library.namesakes(file, agent.name);
      rows.push_back({agent.name, printable_line(file),
                      others.empty()
                          ? printable_line(agent.description)
                          : "(also in " + printable_line(others.front()) + ": give the file, or rename one)"});
      names += checked.agent->agent.name + "\n";
    } else {
      rows.push_back({"(invalid)", printable_line(file),
                      "see `executus agents validate " + printable_line(shell_word(file)) + "`"});
    }
  }
  if (context.globals().json)
    context.print_json(list);
  else if (context.globals().quiet)
    context.print(names);
  else
    context.print(list.empty() ? "no agents in agents/; write one with `executus init`\n" : table(rows));
  return Exit::ok;
}

}  // namespace executus::cli
