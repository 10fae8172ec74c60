#include "run/worker/due_runs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace executus::run {

namespace {

// What the store offers of each agent is in its order: of one priority, the first of all of them come before the
// second.
DueRuns::Rows in_turn(std::vector<DueRuns::Rows> of_agents) {
  std::vector<std::pair<std::tuple<int, std::size_t, std::int64_t>, journal::RunRow>> all;
  for (auto& rows : of_agents) {
    std::map<int, std::size_t> before;  // of the same priority
    for (auto& row : rows) {
      std::tuple turn(-row.priority, before[row.priority]++, row.number);
      all.emplace_back(turn, std::move(row));
    }
  }
  std::ranges::sort(all, {}, [](const auto& each) { return each.first; });
  DueRuns::Rows rows;
  for (auto& each : all) rows.push_back(std::move(each.second));
  return rows;
}

}  // namespace

// A calendar that was set back says of what is written now that it was before.
bool DueRuns::looks_at_all() const {
  return !settled_at_ || clock_.wall() < calendar_ || clock_.mono() >= later(looked_at_all_, kLookAtAll);
}

Task<DueRuns::Rows> DueRuns::look(std::function<bool(const journal::RunRow&)> wanted,
                                  std::function<bool(const Rows&)> enough) {
  bool all = looks_at_all();
  calendar_ = clock_.wall();
  if (all) looked_at_all_ = clock_.mono();
  auto began = later(calendar_, -kOverlap);
  journal::RunFilter filter;
  if (!all) filter.changed_since = settled_at_;
  Rows found;
  for (auto limit = page_;;) {
    found = co_await rows(limit, filter);
    found_ = found.size();
    std::set<RunId> unwanted;
    for (const auto& row : found)
      if (!wanted(row)) unwanted.insert(row.id);
    std::erase_if(found, [&](const auto& row) { return unwanted.contains(row.id); });
    if (enough(found)) break;
    bool takes_turns = !unwanted.empty() && !more_ && co_await are_limited();
    if (takes_turns) filter.without.merge(unwanted);
    if (!more_ && !takes_turns) break;
    if (more_) limit *= 4;
  }
  if (all) settled_at_.reset();
  if (all && !more_ && found_ >= kManyIdle) settled_at_ = began;
  co_return found;
}

// Those that have to wait take the turns of others where places are few.
Task<bool> DueRuns::are_limited() {
  auto limits = co_await store_.limits();
  co_return !limits.empty();
}

Task<DueRuns::Rows> DueRuns::told_to_end() {
  journal::RunFilter filter;
  filter.told = journal::RunFilter::Told::to_end;
  bool more = more_;
  auto told = co_await rows(kMostTold, std::move(filter));
  more_ = more_ || more;
  co_return told;
}

Task<DueRuns::Rows> DueRuns::rows(std::size_t limit, journal::RunFilter filter) {
  filter.limit = limit;
  if (agents_.empty()) {
    auto rows = co_await store_.claimable(std::move(filter));
    more_ = rows.size() == limit;
    co_return rows;
  }
  std::vector<Rows> of_agents;
  more_ = false;
  for (const auto& agent : agents_) {
    filter.agent = agent;
    of_agents.push_back(co_await store_.claimable(filter));
    more_ = more_ || of_agents.back().size() == limit;
  }
  co_return in_turn(std::move(of_agents));
}

}  // namespace executus::run
