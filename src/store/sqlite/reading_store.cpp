#include "store/sqlite/reading_store.hpp"

#include <type_traits>
#include <utility>

#include <executus/async/blocking_pool.hpp>
#include <executus/async/of_this_process.hpp>

#include "store/sqlite/connection/liveness.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/journal_reader.hpp"

namespace executus::sqlite {
namespace {

constexpr std::int64_t kNoWorker = -1;

// A connection for each query: one that reads without locks is not to be kept while others may begin to write.
class ReadingStore final : public journal::JournalStore {
 public:
  ReadingStore(std::filesystem::path path, const Clock& clock, Milliseconds busy_timeout)
      : path_(std::move(path)),
        clock_(clock),
        busy_timeout_(busy_timeout),
        parts_(std::make_unique<Parts>(path_, clock)) {
    (void)open_for_reading(path_, busy_timeout_);
  }

  Task<journal::AdmitResult> admit(journal::Admission) override { return refuse<journal::AdmitResult>(); }
  Task<journal::Appended> append(journal::Append) override { return refuse<journal::Appended>(); }
  void append_deferred(journal::Append) override {}  // the next append() throws
  Task<std::optional<journal::RunRow>> claim(RunId, std::int64_t) override {
    return refuse<std::optional<journal::RunRow>>();
  }
  Task<void> release(RunId, std::int64_t, journal::Attempt) override { return refuse<void>(); }
  Task<void> quarantine(RunId, std::int64_t, std::string) override { return refuse<void>(); }
  Task<bool> lift_quarantine(RunId) override { return refuse<bool>(); }
  Task<journal::Erased> erase(RunId, journal::Erasing) override { return refuse<journal::Erased>(); }
  Task<std::uint64_t> size() override {
    return query([](JournalReader& reader) { return reader.size(); });
  }
  Task<journal::AmendVerdict> amend(journal::Amendment) override { return refuse<journal::AmendVerdict>(); }
  Task<journal::PostVerdict> post(RunId, journal::Command) override { return refuse<journal::PostVerdict>(); }
  Task<journal::Answered> answer(RunId, std::uint64_t, journal::Command) override {
    return refuse<journal::Answered>();
  }

  Task<void> set_limit(journal::QueueLimit) override { return refuse<void>(); }
  Task<std::vector<journal::QueueLimit>> limits() override {
    return query([](JournalReader& reader) { return reader.limits(); });
  }
  Task<std::vector<journal::QueueLoad>> load() override {
    return query([this](JournalReader& reader) { return reader.load(kNoWorker, parts_->liveness); });
  }
  Task<std::optional<journal::QueueLimit>> limit_on(RunId run) override {
    return query([this, run = std::move(run)](JournalReader& reader) {
      return reader.limit_on(run, kNoWorker, parts_->liveness);
    });
  }

  void heartbeat() override {}  // it drives nothing
  MonoTime lease_until() const override { return {}; }
  std::uint64_t lapses() const override { return 0; }
  Task<std::vector<RunId>> owned_with_commands() override { co_return std::vector<RunId>{}; }

  Task<std::vector<journal::RunRow>> claimable(journal::RunFilter filter) override {
    return query([this, filter = std::move(filter)](JournalReader& reader) {
      return reader.claimable(filter, clock_.wall(), kNoWorker, parts_->liveness);
    });
  }
  Task<std::vector<journal::Command>> inbox(RunId run) override {
    return query([run = std::move(run)](JournalReader& reader) { return reader.inbox(run); });
  }
  Task<std::vector<journal::Outgoing>> outgoing_due(std::size_t limit, std::vector<journal::Target> without) override {
    return query([this, limit, without = std::move(without)](JournalReader& reader) {
      return reader.outgoing_due(clock_.wall(), limit, without);
    });
  }
  Task<bool> take_outgoing(RunId, std::uint64_t, int) override { return refuse<bool>(); }
  Task<void> settle_outgoing(journal::OutgoingTry) override { return refuse<void>(); }
  Task<std::optional<journal::Outgoing>> outgoing_of(RunId run) override {
    return query([run = std::move(run)](JournalReader& reader) { return reader.outgoing_of(run); });
  }
  Task<std::vector<journal::Outgoing>> outgoing_in(journal::OutgoingState state, std::size_t limit) override {
    return query([state, limit](JournalReader& reader) { return reader.outgoing_in(state, limit); });
  }
  Task<bool> send_again(RunId) override { return refuse<bool>(); }
  Task<std::optional<journal::RunRow>> find(RunId run) override {
    return query([run = std::move(run)](JournalReader& reader) { return reader.find(run); });
  }
  Task<std::vector<journal::RunRow>> list(journal::RunFilter filter) override {
    return query([filter = std::move(filter)](JournalReader& reader) { return reader.list(filter); });
  }
  Task<std::vector<journal::Entry>> read(RunId run, std::uint64_t after, std::size_t limit) override {
    return query(
        [run = std::move(run), after, limit](JournalReader& reader) { return reader.read(run, after, limit); });
  }
  Task<std::vector<RunId>> undriven(std::vector<RunId> runs) override {
    return query([this, runs = std::move(runs)](JournalReader& reader) {
      return reader.undriven(runs, kNoWorker, parts_->liveness);
    });
  }
  Task<std::vector<journal::RunRow>> below(RunId run, std::size_t limit) override {
    return query([run = std::move(run), limit](JournalReader& reader) { return reader.below(run, limit); });
  }
  Task<std::vector<RunId>> complete_id(std::string prefix, std::size_t limit) override {
    return query(
        [prefix = std::move(prefix), limit](JournalReader& reader) { return reader.complete_id(prefix, limit); });
  }

 private:
  template <class T>
  Task<T> refuse() const {
    throw failed("store.read_only", "the database " + path_.string() +
                                        " was opened to be read only; make it writable, or choose another file (--db)");
    co_await this_task();  // makes this a coroutine: the error is thrown where it is awaited
  }

  template <class Query, class R = std::invoke_result_t<Query&, JournalReader&>>
  Task<R> query(Query query) {
    auto work = [this, query = std::move(query)]() mutable {
      JournalReader reader(open_for_reading(path_, busy_timeout_));
      return query(reader);
    };
    return parts_->threads.run(std::move(work));
  }

  const std::filesystem::path path_;
  const Clock& clock_;
  const Milliseconds busy_timeout_;
  struct Parts {
    Parts(const std::filesystem::path& path, const Clock& clock)
        : liveness(path, clock, this_place(), WorkerLocks::Use::look) {}
    Liveness liveness;
    BlockingPool threads{1};
  };
  OfThisProcess<Parts> parts_;  // last: what runs on its thread uses the rest
};

}  // namespace

std::unique_ptr<journal::JournalStore> make_reading_store(const std::filesystem::path& path, const Clock& clock,
                                                          Milliseconds busy_timeout) {
  return std::make_unique<ReadingStore>(path, clock, busy_timeout);
}

}  // namespace executus::sqlite
