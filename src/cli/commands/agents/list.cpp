#include <boost/json.hpp>

#include "base/shell_word.hpp"
#include "cli/commands/agents/checked_agent.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/output/next_steps.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {

namespace {

std::string nothing_in(const std::string& kind) {
  if (kind == "skill") return "no skills in skills/; docs/guides/agents.md says how one is written\n";
  return "no agents in agents/; write one with `executus init`\n";
}

}  // namespace

Exit execute(CommandContext& context, const AgentsList& options) {
  boost::json::array list;
  std::vector<std::vector<std::string>> rows{{options.noun == Noun::skill ? "SKILL" : "AGENT", "FILE", "DESCRIPTION"}};
  std::string names;
  auto library = agent_library(context);
  const auto& files = files_of(library, options.noun);
  for (const auto& file : files.paths()) {
    auto checked = check_agent(library, options.noun, file);
    list.push_back(checked_json(checked));
    if (checked.agent) {
      const auto& agent = checked.agent->agent;
      rows.push_back({agent.name, printable_line(file), printable_line(agent.description)});
      names += agent.name + "\n";
    } else {
      rows.push_back({"(invalid)", printable_line(file),
                      "see `executus " + files.kind() + "s validate " + printable_line(shell_word(file)) + "`"});
    }
  }
  if (context.globals().json)
    context.print_json(list);
  else if (context.globals().quiet)
    context.print(names);
  else
    context.print(list.empty() ? nothing_in(files.kind()) : table(rows));
  return Exit::ok;
}

}  // namespace executus::cli
