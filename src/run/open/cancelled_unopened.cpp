#include "run/open/cancelled_unopened.hpp"

#include <algorithm>
#include <iterator>

#include <executus/run/run_writer.hpp>

#include "run/calls/delegation.hpp"
#include "run/calls/unsettled.hpp"
#include "run/record/journal_commands.hpp"
#include "run/record/replayed.hpp"
#include "run/record/undelivered.hpp"

namespace executus::run {

std::vector<journal::Entry> entries_of_cancelled(const journal::Checkpoint& checkpoint,
                                                 const std::vector<journal::Command>& inbox, WallTime now) {
  auto agent = agent_from_json(checkpoint.admitted.agent).value();
  auto child = [&](const llm::CallRecord& call) { return find_delegate(agent.resolved_delegates, call.call.name); };
  auto payloads = undelivered_at_end(checkpoint, inbox);
  auto unsettled = unsettled_of(checkpoint.conversation.open_batch(), child);
  std::ranges::move(entries_when_ended(unsettled), std::back_inserter(payloads));
  payloads.push_back(journal::Ended{RunStatus::cancelled, "", "", "run.cancelled", commands::why_cancelled(inbox)});
  std::vector<journal::Entry> entries;
  for (auto& payload : payloads)
    entries.push_back({checkpoint.last_seq + entries.size() + 1, now, checkpoint.elapsed, std::move(payload)});
  return entries;
}

Task<bool> end_as_cancelled(journal::JournalStore& store, journal::RunRow claimed) {
  TaskContext context = co_await this_task();
  try {
    const Clock& clock = context.strand->loop().clock();
    auto checkpoint = co_await replayed(store, claimed.id);
    auto writer = make_journal_writer(store, clock, claimed);
    for (;;) {
      auto inbox = co_await store.inbox(claimed.id);
      if (!commands::asks_to_cancel(inbox)) co_return false;
      auto appended =
          co_await writer->fail(entries_of_cancelled(checkpoint, inbox, clock.wall()), commands::ids_of(inbox));
      // A command that came since the inbox was read is read with the others.
      if (appended.verdict == journal::AppendVerdict::unread_commands) continue;
      co_return appended.verdict == journal::AppendVerdict::appended;
    }
  } catch (...) {
    co_return false;  // what kept it from being opened is said
  }
}

}  // namespace executus::run
