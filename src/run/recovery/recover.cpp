#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include <executus/async/one_shot.hpp>
#include <executus/async/timing.hpp>
#include <executus/run/recovery.hpp>

#include "run/open/cancelled_above.hpp"
#include "run/recovery/claimed.hpp"
#include "run/recovery/due_below.hpp"
#include "run/recovery/take_up.hpp"

namespace executus {
namespace {

// Rows handed out to the tasks that drive them, and what they found.
class Pass {
 public:
  Pass(Executor& executor, journal::JournalStore& store, const RecoverOptions& options)
      : take_up_(executor, store, options.max_attempts) {}

  void add(journal::RunRow row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::vector<Recovered> take_results() { return std::move(results_); }

  // One of several that run side by side. Once cancelled it touches no further row.
  Task<void> work() {
    TaskContext context = co_await this_task();
    while (auto row = next()) {
      if (context.scope->cancelled()) {
        keep(run::untouched(*row));
        continue;
      }
      auto result = co_await take_up_.try_run(std::move(*row));
      if (result) keep(std::move(*result));
    }
    std::lock_guard lock(mutex_);
    interrupted_ = interrupted_ || context.scope->cancelled();
  }
  [[nodiscard]] bool interrupted() const { return interrupted_; }  // once its tasks are joined

 private:
  std::optional<journal::RunRow> next() {
    std::lock_guard lock(mutex_);
    if (rows_.empty()) return std::nullopt;
    auto row = std::move(rows_.front());
    rows_.pop_front();
    return row;
  }
  void keep(Recovered result) {
    std::lock_guard lock(mutex_);
    results_.push_back(std::move(result));
  }

  run::TakeUp take_up_;
  std::mutex mutex_;
  std::deque<journal::RunRow> rows_;
  std::vector<Recovered> results_;
  bool interrupted_ = false;
};

// Tells when the last of several tasks is over: once to a task that waits for it a while, and once for good.
class Latch {
 public:
  explicit Latch(std::size_t tasks) : left_(tasks) {
    if (tasks == 0) tell();
  }
  void count_down() {
    if (--left_ == 0) tell();
  }
  [[nodiscard]] const OneShot<>& soon() const { return soon_; }
  [[nodiscard]] const OneShot<>& done() const { return done_; }

 private:
  void tell() {
    soon_.set();
    done_.set();
  }
  std::atomic<std::size_t> left_;
  OneShot<> soon_, done_;
};

Task<void> work_on(Pass& pass, std::shared_ptr<Latch> latch) {
  co_await pass.work();
  latch->count_down();
}

// Each of the tasks has a strand of its own. They end soon after `group` is cancelled.
std::shared_ptr<Latch> begin(RootGroup& group, Pass& pass, int concurrency) {
  auto tasks = std::min<std::size_t>(static_cast<std::size_t>(std::max(1, concurrency)), pass.size());
  auto latch = std::make_shared<Latch>(tasks);
  for (std::size_t i = 0; i < tasks; ++i) group.spawn(work_on(pass, latch));
  return latch;
}

Task<void> until(OneShot<> over) { co_await over.wait(); }

// Those that go alone come after the others, or when these take long: they may wait for what one of those holds.
Task<void> run_both(RootGroup& group, Pass& together, int concurrency, Pass& alone) {
  auto others = begin(group, together, concurrency);
  try {
    co_await detached_for(run::kPatience, until(others->soon()), "the others take long");
  } catch (const Cancelled&) {  // they do
  }
  auto last = begin(group, alone, 1);
  co_await last->done().wait_shielded();
  co_await others->done().wait_shielded();
}

// Runs that were tried in vain are still due, and hold up no others.
journal::RunFilter filter_of(const RecoverOptions& options, std::set<RunId> tried = {}) {
  journal::RunFilter filter;
  filter.agent = options.agent;
  filter.since = options.since;
  filter.limit = kMostRecoverable;
  filter.without = std::move(tried);
  return filter;
}

// The runs to take up for the ids that a person named. A named run is taken up whether or not it is due: the person
// knows that what it waits for is there. For a run that waits for runs below it, the due runs below it are taken up
// instead; their end wakes it. For a run that has ended, the runs that it left below it are taken up: they were told to
// end too. A run that is to be cancelled comes before the runs below it, and is taken up from quarantine as well.
Task<std::vector<journal::RunRow>> named_rows(journal::JournalStore& store, std::vector<RunId> ids) {
  std::vector<journal::RunRow> rows;
  std::set<RunId> seen(ids.begin(), ids.end());
  for (const auto& id : ids) {
    auto row = co_await store.find(id);
    if (!row) continue;
    auto before = rows.size();
    bool cancelled = co_await run::is_to_end(store, *row);
    if (row->status == RunStatus::quarantined && !cancelled) continue;
    if (run::leads_below(*row) && !cancelled) co_await run::add_due_below(store, id, rows, seen);
    if (rows.size() == before && !is_terminal(row->status)) rows.push_back(std::move(*row));
  }
  co_return rows;
}

// The due runs below the runs of `ended`, for a pass over named runs.
Task<std::vector<journal::RunRow>> left_below(journal::JournalStore& store, std::vector<RunId> ended) {
  std::vector<journal::RunRow> rows;
  std::set<RunId> seen(ended.begin(), ended.end());
  for (const auto& id : ended) co_await run::add_due_below(store, id, rows, seen);
  co_return rows;
}

std::vector<RunId> ended_runs(const std::vector<Recovered>& results) {
  std::vector<RunId> ids;
  for (const auto& result : results)
    if (is_terminal(result.outcome.status)) ids.push_back(result.outcome.run_id);
  return ids;
}

// The parents of `ended` that can go on now.
Task<std::vector<journal::RunRow>> woken_by(journal::JournalStore& store, const std::vector<Recovered>& ended) {
  std::set<RunId> parents;
  for (const auto& result : ended)
    if (auto parent = RunId::parse(result.outcome.parent); parent && is_terminal(result.outcome.status))
      parents.insert(*parent);
  std::vector<journal::RunRow> rows;
  for (const auto& parent : parents) {
    journal::RunFilter filter;
    filter.only = parent;
    std::ranges::move(co_await store.claimable(std::move(filter)), std::back_inserter(rows));
  }
  co_return rows;
}

// The runs that the end of the named runs makes due: waiting ones above them, and those below them.
Task<std::vector<journal::RunRow>> concerned_by(journal::JournalStore& store, const std::vector<Recovered>& ended) {
  auto rows = co_await woken_by(store, ended);
  std::ranges::move(co_await left_below(store, ended_runs(ended)), std::back_inserter(rows));
  co_return rows;
}

Task<std::vector<journal::RunRow>> rows_to_take_up(journal::JournalStore& store, const RecoverOptions& options) {
  if (options.ids.empty()) return store.claimable(filter_of(options));
  return named_rows(store, options.ids);
}

Task<std::vector<journal::RunRow>> rows_of_pass(journal::JournalStore& store, const RecoverOptions& options,
                                                const std::set<RunId>& tried, const std::vector<Recovered>& results) {
  if (options.ids.empty()) return store.claimable(filter_of(options, tried));
  return tried.empty() ? rows_to_take_up(store, options) : concerned_by(store, results);
}

}  // namespace

Task<std::vector<journal::RunRow>> recoverable(journal::JournalStore& store, RecoverOptions options) {
  co_return co_await rows_to_take_up(store, options);
}

// Repeats passes, since the end of a run may wake others, such as a parent that waited for its child. No run is tried
// twice. Runs that made no progress twice are driven one by one, after the others or when these take long (run_both()):
// one that ends the process ends it for few others then.
Task<std::vector<Recovered>> recover_runs(RootGroup& group, Executor& executor, journal::JournalStore& store,
                                          RecoverOptions options) {
  std::vector<Recovered> results;
  std::set<RunId> tried;
  for (bool go_on = true; go_on;) {
    go_on = false;
    Pass together(executor, store, options), alone(executor, store, options);
    auto rows = co_await rows_of_pass(store, options, tried, results);
    for (auto& row : rows) {
      if (!tried.insert(row.id).second) continue;
      go_on = true;
      (run::is_suspect(row) ? alone : together).add(std::move(row));
    }
    co_await run_both(group, together, options.concurrency, alone);
    for (auto* pass : {&together, &alone}) {
      for (auto& result : pass->take_results()) results.push_back(std::move(result));
      go_on = go_on && !pass->interrupted();
    }
  }
  if (options.ids.empty()) (void)co_await executor.send_outgoing();
  co_return results;
}

Task<std::optional<journal::RunRow>> claim_to_drive(journal::JournalStore& store, journal::RunRow row) {
  if (co_await store.limit_on(row.id)) co_return std::nullopt;
  std::optional<journal::RunRow> now = std::move(row);
  if (now->status == RunStatus::quarantined) {
    (void)co_await store.lift_quarantine(now->id);
    now = co_await store.find(now->id);
    if (!now) co_return std::nullopt;
  }
  auto claimed = co_await store.claim(now->id, now->epoch);
  if (!claimed) co_return std::nullopt;
  auto tell = [&] { return run::take_over_cancel(store, *claimed); };
  co_await run::or_release(store, *claimed, tell);
  co_return claimed;
}

std::vector<Recovered> recover(RootGroup& group, Executor& executor, journal::JournalStore& store,
                               const RecoverOptions& options) {
  return block_on(group.loop(), recover_runs(group, executor, store, options));
}

}  // namespace executus
