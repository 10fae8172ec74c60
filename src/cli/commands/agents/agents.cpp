#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/context/agent_lookup.hpp"
#include "cli/output/next_steps.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

struct Checked {
  std::string file;
  std::optional<AgentFile> agent;
  Diagnostics said;
};

Checked check_agent(const AgentLibrary& library, const std::string& file) {
  Checked checked;
  checked.file = file;
  checked.agent = library.load(file, checked.said);
  return checked;
}

json::array lines_json(const std::vector<std::string>& lines) { return json::array(lines.begin(), lines.end()); }

json::object checked_json(const Checked& checked) {
  return {{"file", checked.file},
          {"valid", checked.agent.has_value()},
          {"name", checked.agent ? json::value(checked.agent->agent.name) : json::value(nullptr)},
          {"description", checked.agent ? json::value(checked.agent->agent.description) : json::value(nullptr)},
          {"errors", lines_json(checked.said.errors)},
          {"warnings", lines_json(checked.said.warnings)}};
}

// As a run would have it: what the file leaves out is what this program takes for it.
void set_defaults(Agent& agent) {
  if (agent.max_iterations <= 0) agent.max_iterations = Defaults().max_iterations;
}

void print_problems(const Checked& checked) {
  for (const auto& line : checked.said.errors) write_err(printable(line) + "\n");
  for (const auto& line : checked.said.warnings) write_err(printable(line) + "\n");
}

}  // namespace

Exit execute(CommandContext& context, const AgentsValidate& options) {
  auto library = agent_library(context);
  auto files = options.agents.empty() ? library.files() : std::vector<std::string>{};
  for (const auto& agent : options.agents) files.push_back(agent_path(context, agent));
  if (files.empty())
    throw failed("config.agent", "no agent files in agents/; give some, or write one with `executus init`");
  json::array list;
  std::string text;
  bool all_valid = true;
  for (const auto& file : files) {
    auto checked = check_agent(library, file);
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

Exit execute(CommandContext& context, const AgentsList&) {
  json::array list;
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
