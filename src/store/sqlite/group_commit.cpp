#include "store/sqlite/group_commit.hpp"

#include <algorithm>
#include <utility>

#include <executus/base/error.hpp>

namespace executus::sqlite {
namespace {

constexpr Milliseconds kDeferralRetry{1'000};
constexpr std::size_t kAnyWork = 1;
constexpr std::size_t kCrowd = 16;  // from this many works in a batch on gathering pays
constexpr std::chrono::microseconds kGathering{500};

}  // namespace

GroupCommit::GroupCommit(DatabaseFile database, Milliseconds deferral, std::function<void()> on_commit, Worker& worker,
                         Liveness& liveness, const Clock& clock)
    : database_(std::move(database)),
      deferral_(deferral),
      on_commit_(std::move(on_commit)),
      worker_(worker),
      liveness_(liveness),
      clock_(clock),
      checkpoint_lock_(database_.path),
      wake_file_(database_.path),
      thread_([this] { run(); }) {}

GroupCommit::~GroupCommit() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void GroupCommit::submit(std::unique_ptr<Work> work) {
  bool wake = false;
  {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    wake = wakes_writer();
  }
  if (wake) wake_.notify_one();
}

// mutex_ is held. One submit() wakes the writer thread; those that follow, until it runs, do not wake it again.
bool GroupCommit::wakes_writer() {
  if (awaited_ == 0 || queue_.size() < awaited_) return false;
  awaited_ = 0;
  return true;
}

void GroupCommit::defer(EncodedAppend append) {
  if (append.entries.empty()) return;
  bool wake = false;
  {
    std::lock_guard lock(mutex_);
    if (deferred_.empty()) {
      flush_at_ = std::chrono::steady_clock::now() + deferral_;
      wake = awaited_ == kAnyWork;  // the writer may be about to sleep for longer
    }
    keep_deferred(std::move(append));
  }
  if (wake) wake_.notify_one();
}

// Entries that come back after a failed commit go in front of younger ones. Those of a lost epoch are dropped.
void GroupCommit::keep_deferred(EncodedAppend append) {
  auto [place, is_new] = deferred_.try_emplace(append.run);
  auto& kept = place->second;
  if (!is_new && append.epoch < kept.epoch) return;
  if (is_new || kept.epoch < append.epoch) {
    kept = std::move(append);
    return;
  }
  if (append.entries.front().seq < kept.entries.front().seq) std::swap(append.entries, kept.entries);
  std::ranges::move(append.entries, std::back_inserter(kept.entries));
}

std::optional<Batch> GroupCommit::next_batch() {
  std::unique_lock lock(mutex_);
  auto idle_at = std::chrono::steady_clock::now() + kWalIdle;
  for (;;) {
    auto now = std::chrono::steady_clock::now();
    bool flush = !deferred_.empty() && (flush_at_ <= now || stopping_);
    if (!queue_.empty() || flush) {
      gather(lock);
      return take_batch(now);
    }
    if (stopping_) return std::nullopt;
    bool tidy = connection_ && upkeep_.is_due_when_idle();
    if (tidy && idle_at <= now) return Batch{};
    auto until = Instant::max();
    if (!deferred_.empty()) until = flush_at_;
    if (tidy) until = std::min(until, idle_at);
    awaited_ = kAnyWork;
    if (until == Instant::max())
      wake_.wait(lock);
    else
      wake_.wait_until(lock, until);
    awaited_ = 0;
  }
}

// Most runs append again at once when their append is answered. Under load the writer waits for these appends, since
// one commit costs the same for all of them as for the first few.
void GroupCommit::gather(std::unique_lock<std::mutex>& lock) {
  auto expected = last_batch_ * 3 / 4;
  if (stopping_ || last_batch_ < kCrowd || queue_.size() >= expected) return;
  awaited_ = expected;
  wake_.wait_for(lock, kGathering, [this] { return awaited_ == 0 || stopping_; });
  awaited_ = 0;
}

// mutex_ is held.
Batch GroupCommit::take_batch(Instant now) {
  auto queued = std::exchange(queue_, {});
  if (deferred_.empty()) return queued;
  Batch batch;
  batch.reserve(queued.size() + deferred_.size());
  for (auto& work : queued) take_work(batch, std::move(work));
  if (flush_at_ > now && !stopping_) return batch;
  for (auto& [run, deferred] : deferred_) batch.push_back(AppendWork::flush(std::move(deferred)));
  deferred_.clear();
  return batch;
}

void GroupCommit::take_work(Batch& batch, std::unique_ptr<Work> work) {
  if (auto found = deferred_.find(work->run()); found != deferred_.end()) {
    auto ride = work->offer(found->second);
    if (ride == Work::Ride::goes_before) batch.push_back(AppendWork::flush(std::move(found->second)));
    if (ride != Work::Ride::later) deferred_.erase(found);
  }
  batch.push_back(std::move(work));
}

void GroupCommit::run() {
  while (auto batch = next_batch()) {
    last_batch_ = batch->size();
    if (batch->empty())
      checkpoint(Connection::Checkpoint::truncate);
    else
      write(std::move(*batch));
  }
  close();
}

void GroupCommit::write(Batch batch) {
  std::vector<std::exception_ptr> refused(batch.size());
  try {
    commit(batch, refused);
  } catch (...) {
    fail(batch, std::current_exception());
    return;
  }
  worker_.joined();
  strays_.clear();
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i]->refused = refused[i] != nullptr;
  keep_unwritten(batch, Work::Fate::committed);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (refused[i])
      batch[i]->fail(refused[i]);
    else
      batch[i]->answer();
  }
  if (connection_->take_news()) wake_file_.touch();
  if (connection_->take_erasures()) upkeep_.erased();
  if (upkeep_.is_due(connection_->wal_pages())) checkpoint(Connection::Checkpoint::passive);
}

// A process died while it erased runs: what they have left goes a part at a time, between other works.
class GroupCommit::Sweeping final : public Work {
 public:
  explicit Sweeping(GroupCommit& writer) : Work(RunId()), writer_(writer) {}
  void apply(JournalWriter& journal) override { is_more_ = journal.sweep(); }
  void answer() noexcept override {
    if (is_more_) writer_.submit_unless_stopping(std::make_unique<Sweeping>(writer_));
  }
  void fail(const std::exception_ptr&) noexcept override {}  // the next connection looks again

 private:
  GroupCommit& writer_;
  bool is_more_ = false;
};

void GroupCommit::submit_unless_stopping(std::unique_ptr<Work> work) {
  std::lock_guard lock(mutex_);
  if (!stopping_) queue_.push_back(std::move(work));  // the writer, which is awake, finds it
}

void GroupCommit::open() {
  connection_ = std::make_unique<WriterConnection>(database_, worker_, liveness_, clock_);
  if (connection_->has_leftovers()) submit_unless_stopping(std::make_unique<Sweeping>(*this));
}

void GroupCommit::commit(const Batch& batch, std::vector<std::exception_ptr>& refused) {
  if (!connection_) open();
  auto held = checkpoint_lock_.for_writing(database_.busy_timeout);
  bool changed = connection_->commit(batch, strays_, refused);
  if (changed && on_commit_) on_commit_();
  if (!connection_->was_replaced()) return;
  throw Error(ErrorKind::disconnected, "store.replaced",
              "the database " + database_.path.string() +
                  " was moved or removed while it was in use; put it back, or start executus again");
}

// Whether the failed commit happened shows when its works are repeated: entries that are there already are recognised,
// and a run that was admitted or claimed without an answer (Stray) is released again.
void GroupCommit::fail(Batch& batch, const std::exception_ptr& why) {
  connection_ = nullptr;
  worker_.revoke();
  keep_unwritten(batch, Work::Fate::not_committed);
  for (auto& work : batch) {
    if (work->stray && work->may_have_left_it()) strays_.push_back(std::move(*work->stray));
    work->fail(why);
  }
}

void GroupCommit::keep_unwritten(Batch& batch, Work::Fate fate) {
  std::vector<EncodedAppend> kept;
  for (auto& work : batch)
    if (auto unwritten = work->unwritten(fate)) kept.push_back(std::move(*unwritten));
  if (kept.empty()) return;
  std::lock_guard lock(mutex_);
  if (stopping_) return;  // no later commit will come
  if (deferred_.empty())
    flush_at_ = std::chrono::steady_clock::now() + (fate == Work::Fate::committed ? deferral_ : kDeferralRetry);
  for (auto& append : kept) keep_deferred(std::move(append));
}

// Never beside a write transaction, of whatever process. What cannot be done now is done after a later commit.
void GroupCommit::checkpoint(Connection::Checkpoint how) {
  upkeep_.tried();
  auto held = checkpoint_lock_.try_for_checkpoint();
  if (!held || !connection_) return;
  try {
    if (connection_->checkpoint(how) && how == Connection::Checkpoint::truncate) upkeep_.emptied();
  } catch (const Error&) {
    connection_ = nullptr;  // the next commit opens it again, and says what is wrong
  }
}

void GroupCommit::close() {
  if (!connection_) return;
  try {
    auto held = checkpoint_lock_.for_writing(database_.busy_timeout);
    connection_->leave();
  } catch (const Error&) {
    // The row stays; its lock is free, so other workers see that this one is gone.
  }
  checkpoint(Connection::Checkpoint::truncate);
}

}  // namespace executus::sqlite
