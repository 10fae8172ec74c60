#include "run/cancelled_unopened.hpp"

#include <algorithm>
#include <iterator>

#include "run/commands.hpp"
#include "run/delegation.hpp"
#include "run/undelivered.hpp"
#include "run/unsettled.hpp"

namespace executus::run {

bool asks_to_cancel(const std::vector<journal::Command>& inbox) {
  return std::ranges::any_of(inbox, [](const auto& command) { return command.kind == commands::kCancel; });
}

std::vector<std::int64_t> ids_of(const std::vector<journal::Command>& inbox) {
  std::vector<std::int64_t> ids;
  for (const auto& command : inbox) ids.push_back(command.id);
  return ids;
}

std::vector<journal::Entry> entries_of_cancelled(const journal::Checkpoint& checkpoint,
                                                 const std::vector<journal::Command>& inbox, WallTime now) {
  auto nobody = [](const llm::CallRecord&) { return false; };
  auto agent = agent_from_json(checkpoint.admitted.agent).value();
  auto child = [&](const llm::CallRecord& call) { return find_delegate(agent.resolved_delegates, call.call.name); };
  auto payloads = undelivered_at_end(checkpoint, inbox);
  auto unsettled = unsettled_of(checkpoint.conversation.open_batch(), nobody, child);
  std::ranges::move(entries_when_ended(unsettled), std::back_inserter(payloads));
  payloads.push_back(journal::Ended{RunStatus::cancelled, "", "", "run.cancelled"});
  std::vector<journal::Entry> entries;
  for (auto& payload : payloads)
    entries.push_back({checkpoint.last_seq + entries.size() + 1, now, checkpoint.elapsed, std::move(payload)});
  return entries;
}

}  // namespace executus::run
