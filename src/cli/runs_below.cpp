#include "cli/runs_below.hpp"

#include <set>

namespace executus::cli {
namespace {

constexpr std::size_t kChildren = 10'000;

// `seen` keeps a damaged database from sending us round in circles.
void add_below(Session& session, const RunId& run, std::set<RunId>& seen, std::vector<journal::RunRow>& rows) {
  journal::RunFilter children;
  children.parent = run.str();
  children.limit = kChildren;
  for (const auto& row : session.wait(session.journal().list(std::move(children)))) {
    if (row.status == RunStatus::ok || !seen.insert(row.id).second) continue;
    if (!is_terminal(row.status)) rows.push_back(row);
    add_below(session, row.id, seen, rows);
  }
}

}  // namespace

std::vector<journal::RunRow> runs_that_end_with(Session& session, const RunId& run) {
  std::set<RunId> seen{run};
  std::vector<journal::RunRow> rows;
  add_below(session, run, seen, rows);
  return rows;
}

}  // namespace executus::cli
