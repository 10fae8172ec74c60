#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kDescriptionWidth = 80;

template <class Texts>
boost::json::array list_of(const Texts& texts) {
  return boost::json::array(texts.begin(), texts.end());
}

boost::json::object json_of(const tool::ToolInfo& info) {
  const auto& access = info.access;
  return {{"name", info.spec.name},
          {"description", info.spec.description},
          {"effect", to_string(info.effect)},
          {"parameters", info.spec.parameters},
          {"kind", info.kind},
          {"categories", list_of(info.categories)},
          {"permission",
           {{"authors", access.authors == tool::Access::Authors::admins ? "admins" : "all"},
            {"sharing", access.sharing == tool::Access::Sharing::unsafe ? "unsafe" : "safe"},
            {"only_for", list_of(access.only_for)}}},
          {"calls_per_run", info.limit ? boost::json::value(info.limit->calls) : boost::json::value(nullptr)}};
}

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
    list.push_back(json_of(info));
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
