#include <utility>

#include <executus/run/run_writer.hpp>

namespace executus {
namespace {

// A gated call is not sent when less of the lease is left than this: the time a stopped process may oversleep
// unnoticed.
constexpr Milliseconds kLeaseMargin{5'000};

class JournalWriter final : public RunWriter {
 public:
  JournalWriter(journal::JournalStore& store, const Clock& clock, journal::RunRow row,
                std::optional<std::uint64_t> lapses)
      : store_(store), clock_(clock), run_(std::move(row.id)), epoch_(row.epoch), confirmed_lapses_(lapses) {}

  Task<journal::Appended> append(std::vector<journal::Entry> entries, Durable when, Boundary boundary,
                                 std::vector<std::int64_t> consume) override {
    auto request = request_for(std::move(entries), std::move(consume));
    if (boundary == Boundary::gated) request.sync = journal::Sync::always;
    if (when == Durable::deferred) {
      store_.append_deferred(std::move(request));
      co_return journal::Appended{};
    }
    request.admit = children_;
    auto lapses = store_.lapses();
    auto appended = co_await store_.append(std::move(request));
    children_.clear();
    if (appended.verdict == journal::AppendVerdict::appended) confirmed_lapses_ = lapses;
    co_return appended;
  }

  // An append that is repeated is recognised: what the store has flushed by itself is not written again.
  Task<bool> holds(std::vector<journal::Entry> deferred) override {
    auto appended = co_await store_.append(request_for(std::move(deferred), {}));
    co_return appended.verdict == journal::AppendVerdict::appended;
  }

  void admit_with_next(journal::Admission child) override { children_.push_back(std::move(child)); }

  Task<journal::Appended> complete(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override {
    return end(std::move(entries), std::move(consume), Children::stay);
  }
  Task<journal::Appended> fail(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override {
    return end(std::move(entries), std::move(consume), Children::cancelled);
  }

  Task<journal::Appended> park(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) override {
    auto appended = co_await store_.append(request_for(std::move(entries), std::move(consume)));
    if (appended.verdict == journal::AppendVerdict::appended)
      co_await store_.release(run_, epoch_, journal::Attempt::does_not_count);
    co_return appended;
  }

  Task<void> leave(journal::Attempt attempt) override { co_await store_.release(run_, epoch_, attempt); }

  Task<std::vector<journal::Command>> inbox() override { return store_.inbox(run_); }

  Dispatch may_dispatch() const override {
    if (clock_.mono() + kLeaseMargin >= store_.lease_until()) return Dispatch::wait;
    return store_.lapses() == confirmed_lapses_ ? Dispatch::yes : Dispatch::confirm;
  }

 private:
  journal::Append request_for(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume) const {
    journal::Append request;
    request.run = run_;
    request.epoch = epoch_;
    request.after = entries.empty() ? 0 : entries.front().seq - 1;
    request.entries = std::move(entries);
    request.consume = std::move(consume);
    return request;
  }

  // A run that ends otherwise than well takes the runs below it along.
  enum class Children { stay, cancelled };
  Task<journal::Appended> end(std::vector<journal::Entry> entries, std::vector<std::int64_t> consume,
                              Children children) {
    auto request = request_for(std::move(entries), std::move(consume));
    request.cancel_children = children == Children::cancelled;
    request.refuse_when_unread = true;
    co_return co_await store_.append(std::move(request));
  }

  journal::JournalStore& store_;
  const Clock& clock_;
  const RunId run_;
  const std::int64_t epoch_;
  std::optional<std::uint64_t> confirmed_lapses_;  // this process owned the run after so many; nothing: it may not
  std::vector<journal::Admission> children_;       // kept until an append succeeded
};

}  // namespace

std::unique_ptr<RunWriter> make_journal_writer(journal::JournalStore& store, const Clock& clock, journal::RunRow row,
                                               std::optional<std::uint64_t> lapses) {
  return std::make_unique<JournalWriter>(store, clock, std::move(row), lapses);
}

}  // namespace executus
