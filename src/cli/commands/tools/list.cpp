#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kDescriptionWidth = 80;

std::string first_line(std::string_view text) {
  return printable_line(text.substr(0, text.find('\n')), kDescriptionWidth);
}

}  // namespace

Exit execute(CommandContext& context, const ToolsList&) {
  auto& registry = context.runtime().tools();
  boost::json::array list;
  std::vector<std::vector<std::string>> rows{{"TOOL", "EFFECT", "DESCRIPTION"}};
  std::string names;
  for (const auto& name : registry.names()) {
    const auto& info = registry.find(name)->info();
    list.push_back(boost::json::object{{"name", name},
                                       {"description", info.spec.description},
                                       {"effect", to_string(info.effect)},
                                       {"parameters", info.spec.parameters}});
    rows.push_back({name, std::string(to_string(info.effect)), first_line(info.spec.description)});
    names += name + "\n";
  }
  if (context.globals().json)
    context.print_json(list);
  else
    context.print(context.globals().quiet ? names : table(rows));
  return Exit::ok;
}

}  // namespace executus::cli
