#include <algorithm>
#include <map>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "cli/commands/agents/checked_agent.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/output/phase_graph.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

// What the agent file leaves out, as a run that this program starts would have it.
void set_defaults(Agent& agent) {
  if (agent.max_iterations <= 0) agent.max_iterations = Defaults().max_iterations;
  bool is_lazy = agent.durability == Durability::lazy;
  if (is_lazy && agent.durable_after <= Milliseconds(0)) agent.durable_after = kDurableAfter;
}

// The keys of an agent file that a member of the stored definition comes from.
std::vector<std::string> keys_of(std::string_view member) {
  static const std::map<std::string_view, std::vector<std::string>> others{
      {"system_prompt", {"system_prompt", "system_prompt_file"}},
      {"declared_tools", {"http_tools", "command_tools"}},
      {"max_runtime_ms", {"max_runtime"}},
      {"durable_after_ms", {"durable_after"}},
      {"ask", {"permissions.ask"}},
      {"deny", {"permissions.deny"}},
      {"allow", {"permissions.allow"}}};
  auto found = others.find(member);
  return found == others.end() ? std::vector{std::string(member)} : found->second;
}

// The places of those keys and of what is below them, each once.
std::vector<std::string> origins_of(const AgentFile& file, std::string_view member) {
  std::vector<std::string> places;
  for (const auto& key : keys_of(member))
    for (const auto& [given, origins] : file.origins)
      if (given == key || given.starts_with(key + "."))
        for (const auto& place : origins)
          if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  return places;
}

std::string line_of(const AgentFile& file, std::string_view member, const json::value& value) {
  std::string from;
  for (const auto& place : origins_of(file, member)) from += (from.empty() ? "" : ", ") + place;
  std::string text = value.is_string() ? std::string(std::string_view(value.get_string())) : write_json(value);
  return std::string(member) + " (" + printable_line(from.empty() ? "default" : from) + "): " + printable(text) + "\n";
}

json::object origins_json(const AgentFile& file) {
  json::object origins;
  for (const auto& [key, places] : file.origins) origins[key] = json::array(places.begin(), places.end());
  return origins;
}

Exit show_graph(CommandContext& context, const Agent& agent, const std::string& format) {
  auto graph = format == "mermaid" ? graph_as_mermaid(agent) : graph_as_text(agent);
  if (context.globals().json)
    context.print_json(json::object{{"name", agent.name}, {"format", format}, {"graph", graph}});
  else
    context.print(graph);
  return Exit::ok;
}

}  // namespace

Exit execute(CommandContext& context, const AgentsShow& options) {
  context.act_for(options.caller);
  auto file = load_agent(context, options.agent, kind_of(options.noun));
  if (!options.graph.empty()) return show_graph(context, file.agent, options.graph);
  set_defaults(file.agent);
  auto object = to_json(file.agent);
  if (!file.deliver.empty()) object["deliver"] = file.deliver;
  if (context.globals().quiet && !context.globals().json) {
    context.print(file.agent.name + "\n");
  } else if (context.globals().json) {
    object["origins"] = origins_json(file);
    context.print_json(object);
  } else {
    for (const auto& member : object) context.print(line_of(file, member.key(), member.value()));
  }
  return Exit::ok;
}

}  // namespace executus::cli
