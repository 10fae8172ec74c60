#include <string>
#include <unordered_map>
#include <utility>

#include <executus/run/run_tree.hpp>

namespace executus {
namespace {

using ByParent = std::unordered_map<std::string, std::vector<journal::RunRow>>;

// Each run has one parent, and its children are taken out once: a damaged journal cannot lead round in circles.
RunTree tree_of(journal::RunRow row, ByParent& children) {
  RunTree tree{std::move(row)};
  auto own = children.extract(tree.row.id.str());
  if (own.empty()) return tree;
  for (auto& child : own.mapped()) tree.children.push_back(tree_of(std::move(child), children));
  return tree;
}

void add_rows(const RunTree& tree, std::vector<journal::RunRow>& rows) {
  rows.push_back(tree.row);
  for (const auto& child : tree.children) add_rows(child, rows);
}

void add_ending_below(const RunTree& tree, std::vector<journal::RunRow>& rows) {
  for (const auto& child : tree.children) {
    if (child.row.status == RunStatus::ok) continue;
    if (!is_terminal(child.row.status)) rows.push_back(child.row);
    add_ending_below(child, rows);
  }
}

}  // namespace

Task<Family> family_of(journal::JournalStore& store, journal::RunRow row, std::size_t most) {
  auto below = co_await store.below(row.id, most + 1);  // one more tells whether there are more
  Family family;
  family.cut = below.size() > most;
  if (family.cut) below.resize(most);
  ByParent children;
  for (auto& each : below) children[each.parent].push_back(std::move(each));
  family.root = tree_of(std::move(row), children);
  co_return family;
}

std::vector<journal::RunRow> rows_of(const RunTree& root) {
  std::vector<journal::RunRow> rows;
  add_rows(root, rows);
  return rows;
}

std::vector<journal::RunRow> runs_that_end_with(const RunTree& root) {
  std::vector<journal::RunRow> rows;
  add_ending_below(root, rows);
  return rows;
}

}  // namespace executus
