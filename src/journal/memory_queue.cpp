#include <map>
#include <tuple>
#include <utility>

#include "journal/memory_state.hpp"
#include "journal/turns.hpp"

namespace executus::journal {
namespace {

QueuedAs queued_as(const RunRow& row) { return {row.agent, row.caller, row.queue}; }

}  // namespace

bool MemoryJournal::State::has_place(const MemoryRun& run) const {
  bool is_open = run.row.status != RunStatus::queued && !is_terminal(run.row.status);
  return is_driven(run) && is_open && !has_open_child(runs, run.row.id);
}

Turns MemoryJournal::State::turns(const MemoryRun* but) const {
  Turns turns(all_limits(), round_of(clock.wall()));
  for (const auto& run : runs)
    if (&run != but && has_place(run)) turns.driven(queued_as(run.row));
  return turns;
}

std::optional<QueueLimit> MemoryJournal::State::limit_on(const MemoryRun& run) const {
  if (limits.empty() || is_told_to_end(run) || has_open_child(runs, run.row.id)) return std::nullopt;
  return turns(&run).limit_on(queued_as(run.row));
}

void MemoryJournal::State::set_limit(QueueLimit limit) {
  std::pair key(limit.of, limit.name);
  if (limit.runs || limit.paused)
    limits.insert_or_assign(std::move(key), std::move(limit));
  else
    limits.erase(key);
  ++commits;
  tell_watches();
}

std::vector<QueueLimit> MemoryJournal::State::all_limits() const {
  std::vector<QueueLimit> all;
  for (const auto& [key, limit] : limits) all.push_back(limit);
  return all;
}

std::vector<QueueLoad> MemoryJournal::State::load() const {
  std::map<std::tuple<std::string, std::string, std::string>, QueueLoad> loads;
  for (const auto& run : runs) {
    const auto& row = run.row;
    bool is_queued = row.status == RunStatus::queued || (!is_driven(run) && row.status == RunStatus::running);
    if (!is_queued && !has_place(run)) continue;
    auto [found, is_new] = loads.try_emplace({row.agent, row.caller, row.queue});
    if (is_new) found->second = {row.agent, row.caller, row.queue};
    ++(is_queued ? found->second.queued : found->second.running);
  }
  std::vector<QueueLoad> all;
  for (auto& [key, load] : loads) all.push_back(std::move(load));
  return all;
}

}  // namespace executus::journal
