#include <set>

#include <boost/json.hpp>

#include "cli/commands.hpp"
#include "cli/open_questions.hpp"
#include "cli/run_ids.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;

struct Branch {
  journal::RunRow row;
  std::vector<Branch> children;  // oldest first
};

// `seen` keeps a damaged database from sending us round in circles.
Branch branch_of(Session& session, journal::RunRow row, std::set<std::string>& seen) {
  Branch branch{std::move(row), {}};
  if (!seen.insert(branch.row.id.str()).second) return branch;
  journal::RunFilter filter;
  filter.parent = branch.row.id.str();
  filter.limit = 10'000;
  auto rows = session.wait(session.journal().list(std::move(filter)));
  for (auto child = rows.rbegin(); child != rows.rend(); ++child)
    branch.children.push_back(branch_of(session, std::move(*child), seen));
  return branch;
}

std::string line_of(Session& session, const journal::RunRow& row) {
  return row.id.str() + "  " + printable_line(row.agent) + "  " + status_text(session, row) + "  " +
         std::to_string(row.steps) + " steps\n";
}

void draw(Session& session, const Branch& branch, const std::string& indent, std::string& text) {
  for (std::size_t i = 0; i < branch.children.size(); ++i) {
    bool last = i + 1 == branch.children.size();
    text += indent + (last ? "└─ " : "├─ ") + line_of(session, branch.children[i].row);
    draw(session, branch.children[i], indent + (last ? "   " : "│  "), text);
  }
}

json::object json_of(const Branch& branch) {
  json::array children;
  for (const auto& child : branch.children) children.push_back(json_of(child));
  return {{"run_id", branch.row.id.str()},
          {"agent", branch.row.agent},
          {"status", to_string(branch.row.status)},
          {"reason", branch.row.reason.empty() ? json::value() : json::value(branch.row.reason)},
          {"iterations", branch.row.steps},
          {"children", std::move(children)}};
}

void ids_of(const Branch& branch, std::string& text) {
  text += branch.row.id.str() + "\n";
  for (const auto& child : branch.children) ids_of(child, text);
}

}  // namespace

Exit execute(Session& session, const RunsTree& options) {
  session.only_reads();
  std::set<std::string> seen;
  auto root = branch_of(session, find_row(session, find_run(session, options.run)), seen);
  std::string text;
  if (session.globals().json) {
    session.print_json(json_of(root));
  } else if (session.globals().quiet) {
    ids_of(root, text);
    session.print(text);
  } else {
    text = line_of(session, root.row);
    draw(session, root, "", text);
    session.print(text);
  }
  return Exit::ok;
}

}  // namespace executus::cli
