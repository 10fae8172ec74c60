#include <set>

#include <boost/json.hpp>

#include <executus/run/run_tree.hpp>
#include <executus/run/standing.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/lookup/run_ids.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

std::string line_of(const journal::RunRow& row, const std::set<RunId>& left) {
  return row.id.str() + "  " + printable_line(row.agent) + "  " + printable_line(standing_of(row, left)) + "  " +
         std::to_string(row.steps) + (row.steps == 1 ? " step\n" : " steps\n");
}

void draw(const RunTree& tree, const std::set<RunId>& left, const std::string& indent, std::string& text) {
  for (std::size_t i = 0; i < tree.children.size(); ++i) {
    bool last = i + 1 == tree.children.size();
    text += indent + (last ? "└─ " : "├─ ") + line_of(tree.children[i].row, left);
    draw(tree.children[i], left, indent + (last ? "   " : "│  "), text);
  }
}

json::object json_of(const RunTree& tree) {
  json::array children;
  for (const auto& child : tree.children) children.push_back(json_of(child));
  return {{"run_id", tree.row.id.str()},
          {"agent", tree.row.agent},
          {"status", to_string(tree.row.status)},
          {"reason", tree.row.reason.empty() ? json::value() : json::value(tree.row.reason)},
          {"iterations", tree.row.steps},
          {"children", std::move(children)}};
}

void warn_when_cut(const Family& family) {
  if (!family.cut) return;
  write_err("executus: there are more runs below " + family.root.row.id.str() + " than these " +
            std::to_string(kMostBelow) + ", its oldest; `executus runs tree` of one of them shows what is below it\n");
}

}  // namespace

Exit execute(CommandContext& context, const RunsTree& options) {
  context.only_reads();
  auto row = find_row(context, find_run(context, options.run));
  auto family = context.runs().tree(row.id).get();
  const auto& root = family.root;
  std::string text;
  if (context.globals().json) {
    context.print_json(json_of(root));
  } else if (context.globals().quiet) {
    for (const auto& each : rows_of(root)) text += each.id.str() + "\n";
    context.print(text);
  } else {
    auto left = context.runs().left_for_recovery(rows_of(root)).get();
    text = line_of(root.row, left);
    draw(root, left, "", text);
    context.print(text);
  }
  warn_when_cut(family);
  return Exit::ok;
}

}  // namespace executus::cli
