#include "journal/memory_state.hpp"

#include <algorithm>
#include <utility>

namespace executus::journal {
namespace {

SentOut* find_sent(MemoryRun* run, std::uint64_t seq) {
  if (!run) return nullptr;
  auto sent = std::ranges::find(run->outbox, seq, [](const SentOut& each) { return each.row.seq; });
  bool pending = sent != run->outbox.end() && sent->row.state == OutgoingState::pending;
  return pending ? &*sent : nullptr;
}

}  // namespace

void MemoryJournal::State::deliver(MemoryRun& run, Command command) {
  command.at = clock.wall();
  put_into_inbox(run, std::move(command));
}

void MemoryJournal::State::put_into_inbox(MemoryRun& run, Command command) {
  command.id = ++last_command;
  run.inbox.push_back(std::move(command));
  tell_watches();
}

void MemoryJournal::State::cancel_below(const std::string& parent) {
  std::set<std::string> above{parent};
  for (bool grows = true; grows;) {
    grows = false;
    for (auto& run : runs) {
      if (run.row.status == RunStatus::ok || !above.contains(run.row.parent)) continue;
      if (!above.insert(run.row.id.str()).second) continue;
      grows = true;
      if (!is_terminal(run.row.status)) deliver(run, {0, "cancel", {}, {}});
    }
  }
}

std::vector<Outgoing> MemoryJournal::State::outgoing_due(std::size_t limit) const {
  std::vector<Outgoing> due;
  for (const auto& run : runs)
    for (const auto& sent : run.outbox)
      if (is_due(sent, clock.wall())) due.push_back(sent.row);
  std::ranges::sort(due, {}, [](const Outgoing& row) { return std::pair(row.due, row.run); });
  if (due.size() > limit) due.resize(limit);
  return due;
}

bool MemoryJournal::State::take_outgoing(const RunId& id, std::uint64_t seq, int tries) {
  check_there();
  auto* sent = find_sent(find(id), seq);
  if (!sent || sent->row.tries != tries) return false;
  ++sent->row.tries;
  sent->tried = clock.wall();
  sent->row.due = sent->tried + kTryHold;
  ++commits;
  return true;
}

void MemoryJournal::State::settle_outgoing(OutgoingTry result) {
  check_there();
  auto* sent = find_sent(find(result.run), result.seq);
  if (!sent) return;
  sent->row.state = result.state;
  sent->row.detail = std::move(result.detail);
  sent->row.due = result.due;
  ++commits;
}

std::optional<Outgoing> MemoryJournal::State::outgoing_of(const RunId& id) {
  const auto* run = find(id);
  bool any = run && is_terminal(run->row.status) && !run->outbox.empty();
  return any ? std::optional(run->outbox.back().row) : std::nullopt;
}

}  // namespace executus::journal
