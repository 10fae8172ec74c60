#include "run/record/lazy_writer.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "journal/placement.hpp"

namespace executus::run {
namespace {

std::uint64_t last_of(const journal::Admission& admission) {
  return admission.so_far.empty() ? admission.entry.seq : admission.so_far.back().seq;
}

bool ends(const journal::Admission& admission) {
  return !admission.so_far.empty() && std::holds_alternative<journal::Ended>(admission.so_far.back().payload);
}

class LazyWriter final : public RunWriter {
 public:
  LazyWriter(journal::JournalStore& store, const Clock& clock, journal::Admission admission, MonoTime keep_by)
      : store_(store), clock_(clock), admission_(std::move(admission)), keep_by_(keep_by) {}

  Task<journal::Appended> append(std::vector<journal::Entry> entries, Durable when, Boundary boundary,
                                 std::vector<std::int64_t> consume) override {
    if (!kept_ && !children_.empty()) (void)co_await keep({});  // they are created with the entries, which follow
    if (kept_) {
      for (auto& child : std::exchange(children_, {})) kept_->admit_with_next(std::move(child));
      co_return co_await kept_->append(std::move(entries), when, boundary, std::move(consume));
    }
    if (boundary == Boundary::gated) co_return co_await keep(std::move(entries));
    std::ranges::move(entries, std::back_inserter(admission_.so_far));
    co_return journal::Appended{};
  }

  Task<bool> holds(std::vector<journal::Entry> deferred) override {
    if (kept_) co_return co_await kept_->holds(std::move(deferred));
    co_return true;  // as those that were awaited
  }

  void admit_with_next(journal::Admission child) override { children_.push_back(std::move(child)); }

  Task<journal::Appended> complete(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override {
    return kept_ ? kept_->complete(std::move(entries), std::move(consume)) : keep(std::move(entries));
  }
  Task<journal::Appended> fail(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override {
    return kept_ ? kept_->fail(std::move(entries), std::move(consume)) : keep(std::move(entries));
  }
  Task<journal::Appended> park(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override {
    if (kept_) co_return co_await kept_->park(std::move(entries), std::move(consume));
    auto appended = co_await keep(std::move(entries));
    co_await kept_->leave(journal::Attempt::does_not_count);
    co_return appended;
  }
  Task<void> leave(journal::Attempt attempt) override {
    if (!kept_) (void)co_await keep({});
    co_await kept_->leave(attempt);
  }

  Task<std::vector<journal::Command>> inbox() override { return kept_ ? kept_->inbox() : nothing(); }
  Dispatch may_dispatch() const override { return kept_ ? kept_->may_dispatch() : Dispatch::yes; }
  std::optional<MonoTime> keep_by() const override { return kept_ ? std::nullopt : std::optional(keep_by_); }

 private:
  // There is no run that a command could be for.
  static Task<std::vector<journal::Command>> nothing() { co_return std::vector<journal::Command>{}; }

  // Admits the run with all of its entries, `entries` last. Where that fails none of those is taken in.
  Task<journal::Appended> keep(std::vector<journal::Entry> entries) {
    auto whole = admission_;
    whole.so_far.insert(whole.so_far.end(), entries.begin(), entries.end());
    auto last = last_of(whole);
    bool is_over = ends(whole);
    auto admitted = co_await admit(std::move(whole));
    if (admitted.verdict == journal::AdmitVerdict::exists)
      co_return co_await go_on(std::move(admitted.row), std::move(entries), is_over);
    if (admitted.verdict != journal::AdmitVerdict::created) throw lost("its id is taken");
    if (admitted.row.last_seq != last) throw journal::misplaced(admission_.id, last, admitted.row.last_seq);
    become(std::move(admitted.row));
    co_return journal::Appended{};
  }

  Task<journal::AdmitResult> admit(journal::Admission whole) {
    std::string why;
    try {
      co_return co_await store_.admit(std::move(whole));
    } catch (const Error& error) {
      if (error.code() != "run.unknown") throw;
      why = error.message();
    }
    throw lost(why);
  }

  // The id is this run's alone, so an earlier try had written it without an answer, and the store has given it back.
  Task<journal::Appended> go_on(journal::RunRow row, std::vector<journal::Entry> entries, bool is_over) {
    if (is_over && is_terminal(row.status)) {
      become(std::move(row));
      co_return journal::Appended{};
    }
    auto claimed = co_await store_.claim(row.id, row.epoch);
    auto taken = lost("another worker took it up");
    become(claimed ? std::move(*claimed) : std::move(row));
    if (!claimed) throw taken;
    co_return co_await kept_->append(std::move(entries), Durable::awaited, Boundary::gated, {});
  }

  void become(journal::RunRow row) {
    kept_ = make_journal_writer(store_, clock_, std::move(row));
    admission_ = {};
  }

  [[nodiscard]] Cancelled lost(const std::string& why) const {
    return Cancelled({Cause::ownership_lost, "run " + admission_.id.str() + " could not be stored: " + why});
  }

  journal::JournalStore& store_;
  const Clock& clock_;
  journal::Admission admission_;  // with all entries so far
  const MonoTime keep_by_;
  std::vector<journal::Admission> children_;  // for the next append
  std::unique_ptr<RunWriter> kept_;           // once the run is stored
};

}  // namespace

std::unique_ptr<RunWriter> make_lazy_writer(journal::JournalStore& store, const Clock& clock,
                                            journal::Admission admission, MonoTime keep_by) {
  return std::make_unique<LazyWriter>(store, clock, std::move(admission), keep_by);
}

}  // namespace executus::run
