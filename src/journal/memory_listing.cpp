#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "journal/memory_state.hpp"

namespace executus::journal {
namespace {

bool passes_look(const MemoryRun& run, const RunFilter& filter, WallTime now) {
  if (filter.told == RunFilter::Told::to_end && !is_told_to_end(run)) return false;
  return !filter.changed_since || may_have_changed(run, *filter.changed_since, now);
}

}  // namespace

std::vector<RunRow> MemoryJournal::State::claimable(const RunFilter& filter, const std::string& self) const {
  auto now = clock.wall();
  auto whose = filter.told == RunFilter::Told::to_end ? Turns({}) : turns();
  std::map<std::int64_t, const RunRow*> due;
  for (const auto& run : runs) {
    const auto& row = run.row;
    bool is_reserved = is_driven(run) && row.status == RunStatus::queued;
    bool wanted =
        wants_a_worker(run, runs, now) && (is_reserved || !is_driven(run)) && !filter.without.contains(row.id);
    if (!wanted || !fits_filter(row, filter) || !passes_look(run, filter, now)) continue;
    bool offered = !is_reserved || (filter.own_queued && row.worker == self);
    whose.due(row.number, row.priority, {row.agent, row.caller, row.queue},
              offered ? Turns::Offer::to_all : Turns::Offer::reserved);
    due.emplace(row.number, &row);
  }
  std::vector<RunRow> rows;
  for (auto number : whose.take(filter.limit)) rows.push_back(*due.at(number));
  return rows;
}

std::vector<RunRow> MemoryJournal::State::list(const RunFilter& filter) const {
  std::vector<const RunRow*> fitting;
  for (const auto& run : runs)
    if (fits_filter(run.row, filter)) fitting.push_back(&run.row);
  if (filter.order == RunFilter::Order::by_end)
    std::ranges::sort(fitting, {}, [](const RunRow* row) { return std::pair(row->ended_at, row->number); });
  else
    std::ranges::sort(fitting, std::greater(), [](const RunRow* row) { return std::pair(row->created, row->number); });
  if (fitting.size() > filter.limit) fitting.resize(filter.limit);
  std::vector<RunRow> rows;
  for (const auto* row : fitting) rows.push_back(*row);
  return rows;
}

std::vector<RunRow> MemoryJournal::State::below(const RunId& top, std::size_t limit) const {
  auto ids = ids_below(runs, top.str());
  std::vector<RunRow> rows;
  for (const auto& run : runs)
    if (rows.size() < limit && ids.contains(run.row.id.str())) rows.push_back(run.row);
  return rows;
}

std::vector<RunId> MemoryJournal::State::complete_id(const std::string& prefix, std::size_t limit) const {
  std::vector<RunId> ids;
  for (const auto& run : runs)
    if (run.row.id.str().starts_with(prefix)) ids.push_back(run.row.id);
  std::ranges::sort(ids);
  if (ids.size() > limit) ids.resize(limit);
  return ids;
}

std::uint64_t MemoryJournal::State::size() const {
  std::uint64_t bytes = 0;
  for (const auto& run : runs)
    for (const auto& entry : run.entries) bytes += entry.body.size();
  return bytes;
}

}  // namespace executus::journal
