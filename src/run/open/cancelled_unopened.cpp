#include "run/open/cancelled_unopened.hpp"

#include <algorithm>
#include <iterator>

#include "run/calls/delegation.hpp"
#include "run/calls/unsettled.hpp"
#include "run/record/commands.hpp"
#include "run/record/undelivered.hpp"

namespace executus::run {

std::vector<journal::Entry> entries_of_cancelled(const journal::Checkpoint& checkpoint,
                                                 const std::vector<journal::Command>& inbox, WallTime now) {
  auto never_armed = [](const llm::CallRecord&) { return false; };
  auto agent = agent_from_json(checkpoint.admitted.agent).value();
  auto child = [&](const llm::CallRecord& call) { return find_delegate(agent.resolved_delegates, call.call.name); };
  auto payloads = undelivered_at_end(checkpoint, inbox);
  auto unsettled = unsettled_of(checkpoint.conversation.open_batch(), never_armed, child);
  std::ranges::move(entries_when_ended(unsettled), std::back_inserter(payloads));
  payloads.push_back(journal::Ended{RunStatus::cancelled, "", "", "run.cancelled"});
  std::vector<journal::Entry> entries;
  for (auto& payload : payloads)
    entries.push_back({checkpoint.last_seq + entries.size() + 1, now, checkpoint.elapsed, std::move(payload)});
  return entries;
}

}  // namespace executus::run
