#include <algorithm>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <executus/base/error.hpp>
#include <executus/journal/memory_store.hpp>
#include <executus/journal/projection.hpp>

#include "journal/admitted_row.hpp"
#include "journal/answer.hpp"
#include "journal/memory_state.hpp"
#include "journal/placement.hpp"
#include "journal/signal_command.hpp"

namespace executus::journal {

class MemoryJournal::Worker final : public JournalStore {
 public:
  Worker(std::shared_ptr<State> state, std::string name) : state_(std::move(state)), name_(std::move(name)) {}

  // The worker is gone for good: others may claim its runs.
  ~Worker() override { declare_dead(); }

  void declare_dead() const {
    std::lock_guard lock(state_->mutex);
    state_->dead.insert(name_);
  }

  Task<AdmitResult> admit(Admission admission) override {
    std::lock_guard lock(state_->mutex);
    if (const auto* existing = state_->find(admission.id)) {
      bool same = existing->fingerprint == admission.fingerprint;
      co_return AdmitResult{same ? AdmitVerdict::exists : AdmitVerdict::conflict, existing->row};
    }
    if (state_->erased.contains(admission.id)) co_return AdmitResult{AdmitVerdict::erased, {}};
    state_->check_there();
    auto base = RunId::parse(admission.continues);
    if (base && state_->erased.contains(*base)) throw base_erased(admission.id, base->str());
    check_numbers(admission.id, 1, admission.taken_over);
    check_numbers(admission.id, 1, admission.so_far);
    ++state_->commits;
    co_return AdmitResult{AdmitVerdict::created, create(std::move(admission))};
  }

  Task<Appended> append(Append append) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    auto result = add(std::move(append));
    if (result.verdict == AppendVerdict::appended) ++state_->commits;
    co_return result;
  }

  void append_deferred(Append append) override {
    std::lock_guard lock(state_->mutex);
    append.consume.clear();
    append.admit.clear();  // only an awaited append creates children
    append.cancel_children = false;
    append.refuse_when_unread = false;
    try {
      (void)add(std::move(append));
    } catch (const Error&) {
      // The next awaited append finds the gap and reports it.
    }
  }

  Task<std::vector<RunRow>> claimable(RunFilter filter) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->claimable(filter, name_);
  }

  std::unique_ptr<Watch> watch(std::function<void()> told) override {
    return std::make_unique<Watching>(state_, std::move(told));
  }

  Task<std::optional<RunRow>> claim(RunId id, std::int64_t seen_epoch) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    auto* run = state_->find(id);
    if (!run || run->row.epoch != seen_epoch || is_terminal(run->row.status)) co_return std::nullopt;
    bool is_reserved = run->row.status == RunStatus::queued && run->row.worker == name_;
    if ((state_->is_driven(*run) && !is_reserved) || state_->limit_on(*run)) co_return std::nullopt;
    auto& row = run->row;
    ++row.epoch;
    ++row.attempts;
    if (!has_open_child(state_->runs, id)) ++row.fruitless;
    row.worker = name_;
    row.updated = std::max(row.updated, state_->clock.wall());
    if (row.status == RunStatus::queued) row.status = RunStatus::running;
    ++state_->commits;
    co_return row;
  }

  Task<void> release(RunId id, std::int64_t epoch, Attempt attempt) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    auto* run = owned(id, epoch);
    if (!run) co_return;
    run->row.worker.clear();
    run->row.updated = std::max(run->row.updated, state_->clock.wall());
    if (attempt == Attempt::does_not_count && run->row.fruitless > 0) --run->row.fruitless;
    ++state_->commits;
    state_->tell_watches();
  }

  Task<void> quarantine(RunId id, std::int64_t epoch, std::string reason) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    auto* run = owned(id, epoch);
    if (!run || is_terminal(run->row.status)) co_return;
    set_status(*run, RunStatus::quarantined, std::move(reason));
  }

  Task<bool> lift_quarantine(RunId id) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    auto* run = state_->find(id);
    if (!run || run->row.status != RunStatus::quarantined) co_return false;
    set_status(*run, RunStatus::running, "");
    run->row.fruitless = 0;
    co_return true;
  }

  Task<AmendVerdict> amend(Amendment amendment) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    auto* run = state_->find(amendment.run);
    if (!run) co_return AmendVerdict::no_such_run;
    if (state_->is_driven(*run)) co_return AmendVerdict::driven;
    if (run->row.last_seq != amendment.as_of) co_return AmendVerdict::moved_on;
    bool asks = !is_terminal(run->row.status);
    if (asks && std::ranges::any_of(run->inbox, answers_a_question)) co_return AmendVerdict::answers_waiting;
    check_numbers(amendment.run, amendment.as_of, amendment.entries);
    write(*run, amendment.entries);
    for (auto& command : amendment.commands) state_->put_into_inbox(*run, std::move(command));
    std::erase_if(run->outbox, [](const SentOut& sent) { return sent.row.state == OutgoingState::pending; });
    run->row.worker.clear();
    ++run->row.epoch;
    ++state_->commits;
    state_->tell_watches();
    co_return AmendVerdict::amended;
  }

  void heartbeat() override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
  }

  std::uint64_t lapses() const override { return 0; }
  MonoTime lease_until() const override {
    std::lock_guard lock(state_->mutex);
    return state_->dead.contains(name_) ? MonoTime::min() : MonoTime::max();
  }

  Task<void> set_limit(QueueLimit limit) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    state_->set_limit(std::move(limit));
    co_return;
  }
  Task<std::vector<QueueLimit>> limits() override {
    std::lock_guard lock(state_->mutex);
    co_return state_->all_limits();
  }
  Task<std::vector<QueueLoad>> load() override {
    std::lock_guard lock(state_->mutex);
    co_return state_->load();
  }
  Task<std::optional<QueueLimit>> limit_on(RunId id) override {
    std::lock_guard lock(state_->mutex);
    const auto* run = state_->find(id);
    co_return run ? state_->limit_on(*run) : std::nullopt;
  }

  Task<PostVerdict> post(RunId id, Command command) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    auto* run = state_->find(id);
    if (!run) co_return PostVerdict::no_such_run;
    if (is_terminal(run->row.status)) co_return PostVerdict::run_ended;
    state_->deliver(*run, std::move(command));
    ++state_->commits;
    co_return PostVerdict::accepted;
  }

  Task<Answered> answer(RunId id, std::uint64_t as_of, Command command) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    auto* run = state_->find(id);
    if (!run) co_return Answered{AnswerVerdict::no_such_run};
    if (is_terminal(run->row.status)) co_return Answered{AnswerVerdict::run_ended};
    auto earlier = std::ranges::find_if(run->inbox, [&](const Command& c) { return answers_the_same(c, command); });
    if (earlier != run->inbox.end()) co_return Answered{AnswerVerdict::answered_before, *earlier};
    if (run->row.last_seq != as_of) co_return Answered{AnswerVerdict::moved_on};
    state_->deliver(*run, std::move(command));
    ++state_->commits;
    co_return Answered{};
  }

  Task<std::vector<Command>> inbox(RunId id) override {
    std::lock_guard lock(state_->mutex);
    const auto* run = state_->find(id);
    co_return run ? run->inbox : std::vector<Command>{};
  }

  Task<std::vector<RunId>> owned_with_commands() override {
    std::lock_guard lock(state_->mutex);
    std::vector<RunId> ids;
    for (const auto& run : state_->runs)
      if (run.row.worker == name_ && !std::ranges::all_of(run.inbox, is_signal)) ids.push_back(run.row.id);
    co_return ids;
  }

  Task<std::vector<Outgoing>> outgoing_due(std::size_t limit, std::vector<Target> without) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->outgoing_due(limit, without);
  }
  Task<bool> take_outgoing(RunId id, std::uint64_t seq, int tries) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->take_outgoing(id, seq, tries);
  }
  Task<void> settle_outgoing(OutgoingTry result) override {
    std::lock_guard lock(state_->mutex);
    state_->settle_outgoing(std::move(result));
    co_return;
  }
  Task<std::optional<Outgoing>> outgoing_of(RunId id) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->outgoing_of(id);
  }
  Task<std::vector<Outgoing>> outgoing_in(OutgoingState state, std::size_t limit) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->outgoing_in(state, limit);
  }
  Task<bool> send_again(RunId id) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->send_again(id);
  }

  Task<Erased> erase(RunId id, Erasing how) override {
    std::lock_guard lock(state_->mutex);
    state_->check_there();
    co_return state_->erase(id, how);
  }
  Task<std::uint64_t> size() override {
    std::lock_guard lock(state_->mutex);
    co_return state_->size();
  }

  Task<std::optional<RunRow>> find(RunId id) override {
    std::lock_guard lock(state_->mutex);
    const auto* run = state_->find(id);
    co_return run ? std::optional(run->row) : std::nullopt;
  }

  Task<std::vector<RunRow>> list(RunFilter filter) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->list(filter);
  }

  Task<std::vector<Entry>> read(RunId id, std::uint64_t after, std::size_t limit) override {
    std::lock_guard lock(state_->mutex);
    const auto* run = state_->find(id);
    if (!run || after >= run->entries.size()) co_return std::vector<Entry>{};
    auto count = std::min(limit, run->entries.size() - after);
    std::vector<Entry> entries;
    for (const auto& entry : std::span(run->entries).subspan(after, count)) entries.push_back(restored(entry));
    co_return entries;
  }

  Task<std::vector<RunId>> undriven(std::vector<RunId> ids) override {
    std::lock_guard lock(state_->mutex);
    std::erase_if(ids, [this](const RunId& id) {
      const auto* run = state_->find(id);
      return !run || is_terminal(run->row.status) || state_->is_driven(*run);
    });
    co_return ids;
  }

  Task<std::vector<RunRow>> below(RunId id, std::size_t limit) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->below(id, limit);
  }

  Task<std::vector<RunId>> complete_id(std::string prefix, std::size_t limit) override {
    std::lock_guard lock(state_->mutex);
    co_return state_->complete_id(prefix, limit);
  }

 private:
  // Under the mutex.
  const RunRow& create(Admission admission) const {
    auto& run = state_->runs.emplace_back();
    state_->by_id[admission.id] = &run;
    fill(run, std::move(admission));
    return run.row;
  }

  void fill(MemoryRun& run, Admission admission) const {
    auto& row = run.row;
    row = row_of(admission);
    bool was_driven = !admission.so_far.empty();
    row.updated = state_->clock.wall();
    row.created = was_driven ? admission.entry.at : row.updated;
    if (admission.start == Start::owned) row.worker = name_;
    row.number = ++state_->last_run;
    row.root = root_of(row);
    if (admission.start == Start::owned && !was_driven && state_->limit_on(run)) leave_queued(row);
    run.target = std::move(admission.target);
    run.fingerprint = std::move(admission.fingerprint);
    run.entries.push_back(stored(admission.entry));
    for (const auto& entry : admission.taken_over) run.entries.push_back(stored(entry));
    write(run, admission.so_far);
    if (row.status != RunStatus::running) state_->tell_watches();
  }

  std::string root_of(const RunRow& row) const {
    if (row.parent.empty()) return row.id.str();
    auto parent = RunId::parse(row.parent);
    const auto* above = parent ? state_->find(*parent) : nullptr;
    return above ? above->row.root : row.parent;
  }

  MemoryRun* owned(const RunId& id, std::int64_t epoch) const {
    auto* run = state_->find(id);
    return run && run->row.epoch == epoch && run->row.worker == name_ ? run : nullptr;
  }

  void set_status(MemoryRun& run, RunStatus status, std::string reason) const {
    run.row.status = status;
    run.row.reason = std::move(reason);
    run.row.worker.clear();
    run.row.wake_at.reset();
    run.row.signals.clear();
    run.row.updated = state_->clock.wall();
    ++state_->commits;
    state_->tell_watches();
  }

  static void check_numbers(const RunId& run, std::uint64_t after, std::span<const Entry> entries) {
    for (std::size_t i = 0; i < entries.size(); ++i)
      if (entries[i].seq != after + i + 1) throw misplaced(run, entries[i].seq, after + i);
  }

  void write(MemoryRun& run, std::span<const Entry> entries) const {
    if (entries.empty()) return;
    advance(run.row, project(entries), entries.back().seq, state_->clock.wall());
    if (is_terminal(run.row.status)) put_into_outbox(run, state_->clock.wall());
    for (const auto& entry : entries) run.entries.push_back(stored(entry));
  }

  Appended add(Append append) const {
    auto* run = state_->find(append.run);
    if (!run) return {AppendVerdict::ownership_lost, false};
    Tail tail{run->row.epoch, run->row.last_seq, run->row.worker == name_};
    auto first_seq = append.after + 1;
    auto placement = place(tail, append.epoch, first_seq, append.entries.size());
    if (placement.fit == Placement::Fit::ownership_lost) return {AppendVerdict::ownership_lost, false};
    if (placement.fit == Placement::Fit::gap) throw misplaced(append.run, first_seq, tail.last_seq);
    check_numbers(append.run, append.after, append.entries);
    for (std::size_t i = 0; i < placement.present; ++i)
      if (!same_entry(run->entries[append.after + i], append.entries[i]))
        throw misplaced(append.run, first_seq, tail.last_seq);
    if (append.refuse_when_unread && has_unread(*run, append.consume)) return {AppendVerdict::unread_commands, true};
    std::erase_if(run->inbox, [&](const Command& command) {
      return std::ranges::find(append.consume, command.id) != append.consume.end();
    });
    auto fresh = std::span(append.entries).subspan(placement.present);
    write(*run, fresh);
    for (auto& child : append.admit)
      if (!state_->find(child.id) && !state_->erased.contains(child.id)) create(std::move(child));
    if (append.cancel_children) state_->cancel_below(append.run.str());
    if (run->row.status != RunStatus::running) state_->tell_watches();
    return {AppendVerdict::appended, !run->inbox.empty()};
  }

  std::shared_ptr<State> state_;
  const std::string name_;
};

MemoryJournal::MemoryJournal(const Clock& clock) : state_(std::make_shared<State>(clock)) {}
MemoryJournal::~MemoryJournal() = default;

std::unique_ptr<JournalStore> MemoryJournal::open_worker() {
  std::lock_guard lock(state_->mutex);
  return std::make_unique<Worker>(state_, "memory-" + std::to_string(++state_->workers));
}

void MemoryJournal::declare_dead(const JournalStore& worker) { dynamic_cast<const Worker&>(worker).declare_dead(); }

std::unique_ptr<JournalStore> make_memory_store(const Clock& clock) { return MemoryJournal(clock).open_worker(); }

}  // namespace executus::journal
