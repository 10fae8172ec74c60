// A store that can be made to die, or to be away, at any call.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <executus/async/one_shot.hpp>
#include <executus/journal/store.hpp>

namespace executus::run {

// A worker that dies at a chosen write: from then on nothing it does reaches the journal. Runs on several strands may
// call it at once; a test sets its fields while none does, or from within a call on a loop of one thread.
class MortalStore final : public journal::JournalStore {
 public:
  explicit MortalStore(std::unique_ptr<journal::JournalStore> store) : store_(std::move(store)) {}

  std::optional<int> writes_left;  // dies at the write after so many
  bool dead = false;
  bool is_mute = false;    // it has no watch
  bool is_silent = false;  // it tells its watches of nothing
  std::uint64_t more_lapses = 0;
  std::size_t outgoing_read = 0;        // rows that were due, all looks together
  std::optional<MonoTime> lease;        // until then, whatever the journal says
  bool renewed = false;                 // the lease holds again, though others may have taken the runs
  int calls = 0;                        // of any kind
  std::optional<int> calls_until_away;  // then one call, of any kind, finds the store away
  std::optional<Error> damage;          // of every entry but the first
  RunId damaged;                        // of this run's alone; empty: of all runs
  bool is_blank = false;                // it has lost all entries
  int inbox_failures = 0, read_failures = 0, quarantine_failures = 0;  // so many calls fail as if the store were away
  std::size_t rows_offered = 0;                                        // by all looks for claimable runs
  std::size_t others_due = 0;  // so many runs stand in the journal before those that it offers
  std::function<void(const journal::Append&)> on_append;
  std::function<void()> on_claimable;
  std::function<void()> on_claim;
  std::function<void()> on_read;
  std::function<void()> on_watch;
  std::function<bool(const RunId&)> fail_claim;  // whether this one fails as if the store were away
  std::function<void()> on_look;                 // for commands
  std::function<Task<void>()> before_answer, before_amend, before_outgoing;
  std::function<void()> on_heartbeat;                 // on the thread that beats
  std::function<Task<void>(OneShot<>)> around_inbox;  // awaited before every look into it
  std::function<Task<void>(OneShot<>)> around_admit;  // likewise
  std::function<void()> after_admit;                  // what it throws is the answer
  journal::JournalStore& inner() { return *store_; }

  Task<journal::AdmitResult> admit(journal::Admission a) override {
    if (around_admit) co_await around_admit(OneShot<>());
    auto admitted = co_await live().admit(std::move(a));
    if (after_admit) after_admit();
    co_return admitted;
  }
  Task<journal::Erased> erase(RunId run, journal::Erasing how) override { return write().erase(std::move(run), how); }
  Task<std::uint64_t> size() override { return live().size(); }
  Task<journal::Appended> append(journal::Append a) override {
    if (on_append) on_append(a);
    return write().append(std::move(a));
  }
  void append_deferred(journal::Append a) override {
    if (!is_dead()) store_->append_deferred(std::move(a));
  }
  Task<std::vector<journal::RunRow>> claimable(journal::RunFilter f) override {
    if (on_claimable) on_claimable();
    f.limit -= std::min(f.limit, others_due);
    auto rows = co_await live().claimable(std::move(f));
    rows_offered += rows.size();
    co_return rows;
  }
  std::unique_ptr<journal::Watch> watch(std::function<void()> told) override {
    if (on_watch) on_watch();
    if (is_silent) told = [] {};
    return is_mute ? nullptr : store_->watch(std::move(told));
  }
  Task<std::optional<journal::RunRow>> claim(RunId r, std::int64_t e) override {
    if (on_claim) on_claim();
    if (fail_claim && fail_claim(r)) throw away();
    return live().claim(std::move(r), e);
  }
  Task<void> release(RunId r, std::int64_t e, journal::Attempt a) override {
    return live().release(std::move(r), e, a);
  }
  Task<void> quarantine(RunId r, std::int64_t e, std::string why) override {
    fail_when(quarantine_failures);
    return live().quarantine(std::move(r), e, std::move(why));
  }
  Task<bool> lift_quarantine(RunId r) override { return live().lift_quarantine(std::move(r)); }
  Task<journal::AmendVerdict> amend(journal::Amendment a) override {
    if (before_amend) co_await before_amend();
    co_return co_await write().amend(std::move(a));
  }
  Task<void> set_limit(journal::QueueLimit limit) override { return live().set_limit(std::move(limit)); }
  Task<std::vector<journal::QueueLimit>> limits() override { return live().limits(); }
  Task<std::vector<journal::QueueLoad>> load() override { return live().load(); }
  Task<std::optional<journal::QueueLimit>> limit_on(RunId r) override { return live().limit_on(std::move(r)); }
  void heartbeat() override {
    if (on_heartbeat) on_heartbeat();
    store_->heartbeat();
  }
  MonoTime lease_until() const override {
    if (lease) return *lease;
    return renewed ? MonoTime::max() : store_->lease_until();
  }
  std::uint64_t lapses() const override { return store_->lapses() + more_lapses; }
  Task<journal::PostVerdict> post(RunId r, journal::Command c) override {
    return live().post(std::move(r), std::move(c));
  }
  Task<journal::Answered> answer(RunId r, std::uint64_t as_of, journal::Command c) override {
    if (before_answer) co_await before_answer();
    co_return co_await live().answer(std::move(r), as_of, std::move(c));
  }
  Task<std::vector<journal::Command>> inbox(RunId r) override {
    if (around_inbox) co_await around_inbox(OneShot<>());
    fail_when(inbox_failures);
    co_return co_await live().inbox(std::move(r));
  }
  Task<std::vector<RunId>> owned_with_commands() override {
    if (on_look) on_look();
    return live().owned_with_commands();
  }
  Task<std::vector<journal::Outgoing>> outgoing_due(std::size_t limit, std::vector<journal::Target> without) override {
    auto due = co_await live().outgoing_due(limit, std::move(without));
    outgoing_read += due.size();
    co_return due;
  }
  Task<bool> take_outgoing(RunId r, std::uint64_t seq, int tries) override {
    return write().take_outgoing(std::move(r), seq, tries);
  }
  Task<void> settle_outgoing(journal::OutgoingTry result) override {
    return write().settle_outgoing(std::move(result));
  }
  Task<std::optional<journal::Outgoing>> outgoing_of(RunId r) override {
    if (before_outgoing) co_await before_outgoing();
    co_return co_await live().outgoing_of(std::move(r));
  }
  Task<std::vector<journal::Outgoing>> outgoing_in(journal::OutgoingState state, std::size_t limit) override {
    return live().outgoing_in(state, limit);
  }
  Task<bool> send_again(RunId r) override { return write().send_again(std::move(r)); }
  Task<std::optional<journal::RunRow>> find(RunId r) override { return live().find(std::move(r)); }
  Task<std::vector<journal::RunRow>> list(journal::RunFilter f) override { return live().list(std::move(f)); }
  Task<std::vector<journal::Entry>> read(RunId r, std::uint64_t after, std::size_t limit) override {
    if (on_read) on_read();
    fail_when(read_failures);
    if (damage && limit > 1 && (damaged.empty() || damaged == r)) throw *damage;
    if (is_blank) limit = 0;
    return live().read(std::move(r), after, limit);
  }
  Task<std::vector<RunId>> undriven(std::vector<RunId> runs) override { return live().undriven(std::move(runs)); }
  Task<std::vector<journal::RunRow>> below(RunId r, std::size_t limit) override {
    return live().below(std::move(r), limit);
  }
  Task<std::vector<RunId>> complete_id(std::string p, std::size_t limit) override {
    return live().complete_id(std::move(p), limit);
  }

 private:
  journal::JournalStore& live() {
    std::lock_guard lock(counts_);
    return counted();
  }
  journal::JournalStore& write() {
    std::lock_guard lock(counts_);
    if (writes_left && (*writes_left)-- == 0) dead = true;
    return counted();
  }
  journal::JournalStore& counted() {
    if (dead) throw Cancelled({Cause::ownership_lost, "this process is dead"});
    ++calls;
    if (calls_until_away && (*calls_until_away)-- == 0) throw away();
    return *store_;
  }
  bool is_dead() {
    std::lock_guard lock(counts_);
    return dead;
  }
  void fail_when(int& failures) {
    std::lock_guard lock(counts_);
    if (failures <= 0) return;
    --failures;
    throw away();
  }
  static Error away() { return {ErrorKind::disconnected, "store.away", "the store is away"}; }

  std::mutex counts_;  // guards what says when a call fails, and how many there were
  std::unique_ptr<journal::JournalStore> store_;
};

}  // namespace executus::run
