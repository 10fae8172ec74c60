#include <boost/json.hpp>

#include "cli/commands/agents/checked_agent.hpp"
#include "cli/commands/command_table.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

void print_problems(const Checked& checked) {
  for (const auto& line : checked.said.errors) write_err(printable(line) + "\n");
  for (const auto& line : checked.said.warnings) write_err(printable(line) + "\n");
}

}  // namespace

Exit execute(CommandContext& context, const AgentsValidate& options) {
  auto library = agent_library(context);
  auto files = options.agents.empty() ? files_of(library, options.noun).paths() : std::vector<std::string>{};
  for (const auto& agent : options.agents) files.push_back(agent_path(library, agent, kind_of(options.noun)));
  if (files.empty())
    throw failed("config.agent", options.noun == Noun::skill
                                     ? "no skill files in skills/; give some"
                                     : "no agent files in agents/; give some, or write one with `executus init`");
  json::array list;
  std::string text;
  bool all_valid = true;
  for (const auto& file : files) {
    auto checked = check_agent(library, options.noun, file);
    all_valid = all_valid && checked.agent.has_value();
    print_problems(checked);
    list.push_back(checked_json(checked));
    if (checked.agent) text += context.globals().quiet ? file + "\n" : printable_line(file) + ": ok\n";
  }
  if (context.globals().json)
    context.print_json(list);
  else
    context.print(text);
  return all_valid ? Exit::ok : Exit::usage;
}

}  // namespace executus::cli
