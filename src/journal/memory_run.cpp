#include "journal/memory_run.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "journal/signal_command.hpp"

namespace executus::journal {

StoredEntry stored(const Entry& entry) {
  return {entry.seq, entry.at, entry.elapsed, kind_of(entry.payload), encode(entry.payload)};
}
Entry restored(const StoredEntry& entry) {
  return {entry.seq, entry.at, entry.elapsed, decode(entry.kind, entry.body)};
}

void advance(RunRow& row, const Projection& change, std::uint64_t last_seq, WallTime now) {
  row.last_seq = last_seq;
  row.updated = now;
  row.steps += change.steps;
  row.usage += change.usage;
  row.cost += change.cost;
  if (change.progress) row.fruitless = 0;
  if (change.definition > 0) row.definition = change.definition, row.version = change.version;
  if (!change.status) return;
  row.status = *change.status;
  row.reason = change.reason;
  row.wake_at = change.wake_at;
  row.signals = change.signals;
  row.ended_at = change.ended_at;
  row.error_code = change.error_code;
  if (is_terminal(row.status)) row.worker.clear();
}

void put_into_outbox(MemoryRun& run, WallTime now) {
  if (run.target.id.empty()) return;
  run.outbox.push_back({{run.row.id, run.row.last_seq, run.target, OutgoingState::pending, 0, "", now}, now});
}

bool is_due(const SentOut& sent, WallTime now) {
  return sent.row.state == OutgoingState::pending && (sent.row.due <= now || sent.tried > now);
}

bool same_entry(const StoredEntry& a, const Entry& b) {
  return a.kind == kind_of(b.payload) && a.body == encode(b.payload);
}

bool has_unread(const MemoryRun& run, const std::vector<std::int64_t>& consumed) {
  return std::ranges::any_of(
      run.inbox, [&](const Command& command) { return std::ranges::find(consumed, command.id) == consumed.end(); });
}

namespace {

bool comes_after(const RunPlace& place, const RunRow& row, RunFilter::Order order) {
  if (order == RunFilter::Order::newest_first)
    return std::tie(row.created, row.number) < std::tie(place.time, place.number);
  return row.ended_at && std::tie(*row.ended_at, row.number) > std::tie(place.time, place.number);
}

bool is_of_a_caller(const RunRow& row) {
  return row.parent.empty() && (row.channel != kScheduleChannel || !row.forked_from.empty());
}

}  // namespace

bool fits_filter(const RunRow& row, const RunFilter& filter) {
  if (!filter.statuses.empty() && std::ranges::find(filter.statuses, row.status) == filter.statuses.end()) return false;
  if (!filter.agent.empty() && row.agent != filter.agent) return false;
  if (!filter.caller.empty() && row.caller != filter.caller) return false;
  if (!filter.parent.empty() && row.parent != filter.parent) return false;
  if (filter.ended_before && (!row.ended_at || *row.ended_at >= *filter.ended_before)) return false;
  if (filter.order == RunFilter::Order::by_end && !row.ended_at) return false;
  if (!filter.root.empty() && row.root != filter.root) return false;
  if (!filter.channel.empty() && row.channel != filter.channel) return false;
  if (filter.after && !comes_after(*filter.after, row, filter.order)) return false;
  if (!filter.continues.empty() && row.continues != filter.continues) return false;
  if (!filter.only.empty() && row.id != filter.only) return false;
  if (filter.started == RunFilter::Started::without_parent && !row.parent.empty()) return false;
  if (filter.started == RunFilter::Started::by_a_caller && !is_of_a_caller(row)) return false;
  return !filter.since || row.created >= *filter.since;
}

bool is_told_to_end(const MemoryRun& run) {
  return std::ranges::any_of(run.inbox, [](const Command& command) { return command.kind == "cancel"; });
}

bool may_have_changed(const MemoryRun& run, WallTime since, WallTime now) {
  const auto& row = run.row;
  if (row.updated >= since || !row.worker.empty() || !run.inbox.empty()) return true;
  if (row.wake_at && (*row.wake_at >= since || run.entries.back().at > now)) return true;
  return row.reason == to_string(WaitReason::child);
}

bool has_open_child(const std::list<MemoryRun>& runs, const RunId& parent) {
  return std::ranges::any_of(
      runs, [&](const MemoryRun& run) { return run.row.parent == parent.str() && !is_terminal(run.row.status); });
}

namespace {

// A steer message is heard by the next step, and there is none while a call is open.
bool is_in_a_step(const RunRow& row) {
  using enum WaitReason;
  auto reason = parse_wait_reason(row.reason);
  return reason == in_doubt || reason == approval || reason == child || reason == timer || reason == signal;
}

bool waits_for_signal(const RunRow& row, const Command& command) {
  return std::ranges::find(row.signals, signal_name(command)) != row.signals.end();
}

bool has_command_to_wake_for(const MemoryRun& run) {
  bool in_a_step = is_in_a_step(run.row);
  return std::ranges::any_of(run.inbox, [&](const Command& command) {
    if (is_signal(command)) return waits_for_signal(run.row, command);
    return !in_a_step || command.kind != "steer";
  });
}

// True also when the clock was set back since the run parked, since its time may be far away then.
bool is_due(const MemoryRun& run, WallTime now) {
  return run.row.wake_at && (*run.row.wake_at <= now || run.entries.back().at > now);
}

}  // namespace

bool wants_a_worker(const MemoryRun& run, const std::list<MemoryRun>& runs, WallTime now) {
  switch (run.row.status) {
    case RunStatus::queued:
    case RunStatus::running:
      return true;
    case RunStatus::waiting:
      if (run.row.reason == to_string(WaitReason::child) && !has_open_child(runs, run.row.id)) return true;
      return has_command_to_wake_for(run) || is_due(run, now);
    default:
      return false;
  }
}

std::set<std::string> ids_below(const std::list<MemoryRun>& runs, const std::string& top) {
  std::unordered_multimap<std::string, std::string> children;
  for (const auto& run : runs) children.emplace(run.row.parent, run.row.id.str());
  std::set<std::string> found;
  for (std::vector<std::string> parents{top}; !parents.empty();) {
    auto [child, end] = children.equal_range(parents.back());
    parents.pop_back();
    for (; child != end; ++child)
      if (child->second != top && found.insert(child->second).second) parents.push_back(child->second);
  }
  return found;
}

}  // namespace executus::journal
