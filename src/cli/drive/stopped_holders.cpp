#include "cli/drive/stopped_holders.hpp"

#include <chrono>
#include <utility>

#include <executus/run/held_runs.hpp>

#include "cli/lookup/recovery_notes.hpp"
#include "cli/lookup/run_ids.hpp"

namespace executus::cli {
namespace {

// Those of the named runs that others hold and this process did not take up.
std::vector<journal::RunRow> held_of(CommandContext& context, const std::vector<RunId>& named,
                                     const std::vector<Recovered>& recovered) {
  std::vector<journal::RunRow> held;
  for (const auto& id : named)
    if (auto row = find_row(context, id); is_held(row) && !is_among(recovered, id)) held.push_back(std::move(row));
  return held;
}

}  // namespace

void take_up_from_stopped(CommandContext& context, RecoverOptions wanted, std::vector<Recovered>& recovered) {
  auto held = held_of(context, wanted.ids, recovered);
  if (held.empty()) return;
  auto lease = std::chrono::ceil<std::chrono::seconds>(journal::kLease);
  for (const auto& row : held)
    write_err("executus: run " + row.id.str() + " is held by another worker (" + printable_line(row.worker) +
              "); waiting up to " + std::to_string(lease.count()) + " s for a sign of its life\n");
  wanted.ids = context.runs().outlast_holders(std::move(held)).get();
  if (wanted.ids.empty()) return;
  for (auto& each : context.recover(wanted)) recovered.push_back(std::move(each));
}

}  // namespace executus::cli
