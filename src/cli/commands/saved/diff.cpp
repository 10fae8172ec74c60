#include <boost/json.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/commands/saved/saved_versions.hpp"

namespace executus::cli {
namespace {

// Without numbers the newest and the one before it, with one that and the newest.
std::pair<int, int> compared(const AgentsDiff& options, const std::vector<SavedOne>& versions) {
  int newest = versions.front().record.number;
  if (options.versions.empty()) return {versions.size() > 1 ? versions[1].record.number : 0, newest};
  return {options.versions.front(), options.versions.size() > 1 ? options.versions.back() : newest};
}

}  // namespace

Exit execute(CommandContext& context, const AgentsDiff& options) {
  context.act_for(options.caller);
  auto versions = versions_of(context, options.noun, saved_of(context, options.noun, options.agent));
  auto [from, to] = compared(options, versions);
  bool is_first = from == 0;
  auto text = is_first ? "" : difference(numbered(versions, from), numbered(versions, to));
  if (context.globals().json)
    context.print_json(boost::json::object{{"name", versions.front().name()},
                                           {"from", is_first ? boost::json::value(nullptr) : boost::json::value(from)},
                                           {"to", to},
                                           {"diff", text}});
  else if (context.globals().quiet)
    context.print(text.empty() ? "" : versions.front().name() + "\n");
  else if (text.empty())
    write_err(is_first ? "executus: there is one version only\n" : "executus: nothing differs\n");
  else
    context.print(printable(text));
  return Exit::ok;
}

}  // namespace executus::cli
