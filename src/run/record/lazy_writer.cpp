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

// Whether an earlier try wrote the same, nobody has touched it since, and the run needs nobody to drive it now.
bool is_settled_as_written(const journal::RunRow& row, std::uint64_t last) {
  return row.epoch == 1 && row.last_seq == last && (is_terminal(row.status) || row.status == RunStatus::waiting);
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
  bool may_be_kept() const override { return may_be_kept_; }

 private:
  // There is no run that a command could be for.
  static Task<std::vector<journal::Command>> nothing() { co_return std::vector<journal::Command>{}; }

  // Admits the run with all of its entries, `entries` last. Where that fails none of those is taken in.
  Task<journal::Appended> keep(std::vector<journal::Entry> entries) {
    auto whole = admission_;
    whole.so_far.insert(whole.so_far.end(), entries.begin(), entries.end());
    auto last = last_of(whole);
    auto lapses = store_.lapses();  // a lapse between the commit and its answer has to show
    auto admitted = co_await admit(std::move(whole));
    if (admitted.verdict == journal::AdmitVerdict::exists) {
      co_await recognise(std::move(admitted.row), last, lapses);
      co_return journal::Appended{};
    }
    if (admitted.verdict != journal::AdmitVerdict::created) throw lost("its id is taken");
    if (admitted.row.last_seq != last) throw journal::misplaced(admission_.id, last, admitted.row.last_seq);
    become(std::move(admitted.row), lapses);
    co_return journal::Appended{};
  }

  // A try that failed may have written the run all the same, so it is looked for.
  Task<journal::AdmitResult> admit(journal::Admission whole) {
    std::exception_ptr thrown;
    std::optional<Error> problem;
    try {
      co_return co_await store_.admit(std::move(whole));
    } catch (...) {
      thrown = std::current_exception();
      problem = current_error();
    }
    may_be_kept_ = problem->code() != "run.unknown";
    if (!may_be_kept_) throw lost(problem->message());
    if (auto row = co_await look()) co_return journal::AdmitResult{journal::AdmitVerdict::exists, std::move(*row)};
    std::rethrow_exception(thrown);
  }

  Task<std::optional<journal::RunRow>> look() {
    std::optional<journal::RunRow> row;
    try {
      row = co_await store_.find(admission_.id);
      may_be_kept_ = row.has_value();
    } catch (...) {
      // It is not known.
    }
    co_return row;
  }

  // The id is this run's alone, so an earlier try had written it without an answer. What has ended or waits is as it
  // was to be. Any other run is left: the store may have given it to another worker, and it has less than is here.
  Task<void> recognise(journal::RunRow row, std::uint64_t last, std::uint64_t lapses) {
    may_be_kept_ = true;
    bool is_settled = is_settled_as_written(row, last);
    if (!is_settled) co_await store_.release(row.id, 1, journal::Attempt::does_not_count);
    auto left = Cancelled({Cause::ownership_lost, "run " + row.id.str() +
                                                      " is stored, but by a try that had no answer, so this process "
                                                      "leaves it; `executus recover` goes on with it"});
    become(std::move(row), lapses);
    if (!is_settled) throw left;
  }

  // A run that was left refuses what is written to it.
  void become(journal::RunRow row, std::uint64_t lapses) {
    kept_ = make_journal_writer(store_, clock_, std::move(row), lapses);
    admission_ = {};
  }

  [[nodiscard]] Cancelled lost(const std::string& why) const {
    return Cancelled({Cause::ownership_lost, "run " + admission_.id.str() + " could not be stored: " + why});
  }

  journal::JournalStore& store_;
  const Clock& clock_;
  journal::Admission admission_;  // with all entries so far
  const MonoTime keep_by_;
  bool may_be_kept_ = false;
  std::vector<journal::Admission> children_;  // for the next append
  std::unique_ptr<RunWriter> kept_;           // once the run is stored
};

}  // namespace

std::unique_ptr<RunWriter> make_lazy_writer(journal::JournalStore& store, const Clock& clock,
                                            journal::Admission admission, MonoTime keep_by) {
  return std::make_unique<LazyWriter>(store, clock, std::move(admission), keep_by);
}

}  // namespace executus::run
