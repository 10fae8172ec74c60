#include "cli/lookup/recovery_notes.hpp"

#include <algorithm>
#include <unordered_set>

#include <executus/run/held_runs.hpp>

#include "cli/lookup/all_rows.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kShown = 10;

void add(Left& left, journal::RunRow& row) {
  if (++left.count <= kShown) left.first.push_back(std::move(row));
}

std::string more_line(const Left& left) {
  auto more = left.count - left.first.size();
  return more == 0 ? "" : "  ... and " + std::to_string(more) + " more\n";
}

std::unordered_set<RunId> ids_of(const std::vector<Recovered>& recovered) {
  std::unordered_set<RunId> ids;
  for (const auto& each : recovered) ids.insert(each.outcome.run_id);
  return ids;
}

journal::RunFilter rows_with(RunStatus status, const RecoverOptions& wanted) {
  journal::RunFilter filter;
  filter.statuses = {status};
  filter.agent = wanted.agent;
  filter.since = wanted.since;
  return filter;
}

}  // namespace

bool is_among(const std::vector<Recovered>& recovered, const RunId& run) {
  return std::ranges::any_of(recovered, [&](const Recovered& each) { return each.outcome.run_id == run; });
}

void name_held(CommandContext& context, const RecoverOptions& wanted, const std::vector<Recovered>& recovered) {
  Left held;
  auto taken_up = ids_of(recovered);
  for_each_row(context, rows_with(RunStatus::running, wanted), [&](journal::RunRow& row) {
    if (is_held(row) && !taken_up.contains(row.id)) add(held, row);
  });
  if (held.count == 0) return;
  std::string lines;
  for (const auto& row : held.first)
    lines += "  executus recover " + row.id.str() + "   # " + printable_line(row.agent) + ", worker " +
             printable_line(row.worker) + "\n";
  write_err("executus: " + std::to_string(held.count) +
            (held.count == 1
                 ? " run is held by another worker, and was left to it; if that one is stopped, this takes it over:\n"
                 : " runs are held by other workers, and were left to them; of one that is stopped, this takes it "
                   "over:\n") +
            lines + more_line(held));
}

Left other_waiting(CommandContext& context, const RecoverOptions& wanted, const std::vector<Recovered>& recovered) {
  Left waiting;
  if (!wanted.ids.empty()) return waiting;
  auto taken_up = ids_of(recovered);
  for_each_row(context, rows_with(RunStatus::waiting, wanted), [&](journal::RunRow& row) {
    if (!taken_up.contains(row.id)) add(waiting, row);
  });
  return waiting;
}

void name_waiting(const Left& waiting) {
  if (waiting.count == 0) return;
  std::string lines;
  for (const auto& row : waiting.first) {
    lines += "  " + row.id.str() + "  " + printable_line(row.agent) + "  " + printable_line(row.reason);
    lines += row.wake_at ? ", due at " + rfc3339(*row.wake_at) + "\n" : "\n";
  }
  write_err("executus: " + std::to_string(waiting.count) +
            (waiting.count == 1 ? " run waits and is not due" : " runs wait and are not due") +
            "; `executus runs pending` says what each asks:\n" + lines + more_line(waiting));
}

void name_untouched(const std::vector<Recovered>& recovered) {
  auto left = std::ranges::count_if(recovered, [](const Recovered& each) { return each.untouched; });
  if (left == 0) return;
  write_err("executus: stopped; " + std::to_string(left) + (left == 1 ? " run was" : " runs were") +
            " left as before, for the next\n  executus recover\n");
}

}  // namespace executus::cli
