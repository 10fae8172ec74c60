#include "journal/memory_state.hpp"

#include <algorithm>
#include <utility>

namespace executus::journal {
namespace {

SentOut* find_sent(MemoryRun* run, std::uint64_t seq) {
  if (!run) return nullptr;
  auto sent = std::ranges::find(run->outbox, seq, [](const SentOut& each) { return each.row.seq; });
  return sent != run->outbox.end() ? &*sent : nullptr;
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

namespace {

// What keeps a run that is `run` from being erased, and who has copies.
class Keepers {
 public:
  Keepers(const std::list<MemoryRun>& runs, const RunRow& run) : runs_(runs), run_(run) {}

  [[nodiscard]] Erased judged() const {
    using enum EraseVerdict;
    if (!is_terminal(run_.status)) return {not_ended, {run_.id}};
    auto open_parent = [&](const RunRow& row) { return row.id.str() == run_.parent && !is_terminal(row.status); };
    if (auto above = found(open_parent); !above.empty()) return {not_ended, std::move(above)};
    if (auto later = found([&](const RunRow& row) { return row.continues == run_.id.str(); }); !later.empty())
      return {is_continued, std::move(later)};
    if (auto below = found([&](const RunRow& row) { return row.parent == run_.id.str(); }); !below.empty())
      return {has_children, std::move(below)};
    return {erased, {}, found([&](const RunRow& row) { return row.forked_from == run_.id.str(); })};
  }

 private:
  template <class Fits>
  [[nodiscard]] std::vector<RunId> found(Fits fits) const {
    std::vector<RunId> ids;
    for (const auto& run : runs_)
      if (ids.size() < kKeepersTold && fits(run.row)) ids.push_back(run.row.id);
    return ids;
  }

  const std::list<MemoryRun>& runs_;
  const RunRow& run_;
};

}  // namespace

Erased MemoryJournal::State::erase(const RunId& id, Erasing how) {
  const auto* run = find(id);
  if (!run) return {erased.contains(id) ? EraseVerdict::erased : EraseVerdict::no_such_run};
  auto told = Keepers(runs, run->row).judged();
  if (told.verdict != EraseVerdict::erased || how == Erasing::only_asked) return told;
  erased.insert(id);
  by_id.erase(id);
  runs.remove_if([&](const MemoryRun& each) { return each.row.id == id; });
  ++commits;
  return told;
}

std::vector<Outgoing> MemoryJournal::State::outgoing_due(std::size_t limit, const std::vector<Target>& without) const {
  std::vector<Outgoing> due;
  for (const auto& run : runs)
    for (const auto& sent : run.outbox)
      if (is_due(sent, clock.wall()) && std::ranges::find(without, sent.row.target) == without.end())
        due.push_back(sent.row);
  std::ranges::sort(due, {}, [](const Outgoing& row) { return std::pair(row.due, row.run); });
  if (due.size() > limit) due.resize(limit);
  return due;
}

bool MemoryJournal::State::take_outgoing(const RunId& id, std::uint64_t seq, int tries) {
  check_there();
  auto* sent = find_sent(find(id), seq);
  if (!sent || sent->row.state != OutgoingState::pending || sent->row.tries != tries) return false;
  ++sent->row.tries;
  sent->tried = clock.wall();
  sent->row.due = sent->tried + kTryHold;
  ++commits;
  return true;
}

void MemoryJournal::State::settle_outgoing(OutgoingTry result) {
  check_there();
  auto* sent = find_sent(find(result.run), result.seq);
  if (!sent || sent->row.state == OutgoingState::delivered) return;
  bool is_answer_to_last = sent->row.state == OutgoingState::pending && sent->row.tries == result.tries;
  if (!is_answer_to_last && result.state != OutgoingState::delivered) return;
  sent->row.state = result.state;
  sent->row.detail = std::move(result.detail);
  sent->row.due = result.due;
  ++commits;
}

std::vector<Outgoing> MemoryJournal::State::outgoing_in(OutgoingState state, std::size_t limit) {
  std::vector<Outgoing> found;
  for (const auto& run : runs)
    if (auto last = outgoing_of(run.row.id); last && last->state == state) found.push_back(std::move(*last));
  std::ranges::sort(found, {}, &Outgoing::run);
  if (found.size() > limit) found.resize(limit);
  return found;
}

bool MemoryJournal::State::send_again(const RunId& id) {
  check_there();
  auto last = outgoing_of(id);
  if (!last || last->state != OutgoingState::refused) return false;
  auto& sent = find(id)->outbox.back();
  sent.row.state = OutgoingState::pending;
  sent.row.due = sent.tried = clock.wall();
  ++commits;
  tell_watches();
  return true;
}

std::optional<Outgoing> MemoryJournal::State::outgoing_of(const RunId& id) {
  const auto* run = find(id);
  bool any = run && is_terminal(run->row.status) && !run->outbox.empty();
  return any ? std::optional(run->outbox.back().row) : std::nullopt;
}

void MemoryJournal::go_away() {
  std::lock_guard lock(state_->mutex);
  state_->away = true;
}

void MemoryJournal::come_back() {
  std::lock_guard lock(state_->mutex);
  state_->away = false;
}

std::uint64_t MemoryJournal::commits() const {
  std::lock_guard lock(state_->mutex);
  return state_->commits;
}

}  // namespace executus::journal
