#include <algorithm>
#include <iterator>
#include <utility>

#include <executus/run/erasing.hpp>

#include "run/retention/first_look.hpp"

namespace executus {
namespace {

constexpr std::size_t kEndedAtOnce = 1'000;

// Runs that are below another one go with that one.
Task<bool> stands_alone(journal::JournalStore& store, journal::RunRow row) {
  auto parent = RunId::parse(row.parent);
  if (!parent) co_return true;
  auto above = co_await store.find(*parent);
  co_return !above.has_value();
}

// Those that ended, the one that did so longest ago first.
Task<std::vector<RunId>> ended_runs(journal::JournalStore& store, PruneOptions options) {
  journal::RunFilter filter;
  filter.order = journal::RunFilter::Order::by_end;
  filter.ended_before = options.ended_before;
  filter.agent = options.agent;
  filter.limit = kEndedAtOnce;
  std::vector<RunId> ids;
  for (;;) {
    auto page = co_await store.list(filter);
    for (auto& row : page) {
      filter.after = journal::place_of_end(row);
      auto id = row.id;
      if (co_await stands_alone(store, std::move(row))) ids.push_back(std::move(id));
    }
    if (page.size() < kEndedAtOnce) co_return ids;
  }
}

class Pruning {
 public:
  Pruning(const Executor& executor, journal::JournalStore& store, const PruneOptions& options)
      : executor_(executor), store_(store), dry_run_(options.dry_run), at_most_(options.at_most) {}

  // In this order, until the store takes no more than `most`. One that is needed by a later one may go when that is
  // gone.
  Task<void> erase(std::vector<RunId> runs, std::optional<std::uint64_t> most) {
    for (bool goes_on = true; goes_on;) {
      goes_on = false;
      for (auto& run : std::exchange(runs, {})) {
        if (most && co_await is_at_most(*most)) co_return;
        if (at_most_ && pruned_.erased.size() >= *at_most_) co_return;
        if (co_await erase(run))
          goes_on = true;
        else
          runs.push_back(std::move(run));
      }
    }
    pruned_.kept = std::move(runs);
  }

  Pruned&& pruned() && { return std::move(pruned_); }

 private:
  // False: it is needed by others.
  Task<bool> erase(RunId run) {
    auto erasure = co_await (dry_run_ == DryRun::yes ? plan(std::move(run)) : carry_out(std::move(run)));
    std::ranges::move(erasure.erased, std::back_inserter(pruned_.erased));
    co_return erasure.verdict == journal::EraseVerdict::erased || erasure.verdict == journal::EraseVerdict::no_such_run;
  }
  Task<Erasure> carry_out(RunId run) {
    return erase_run(executor_, store_, std::move(run), {EraseOptions::Below::erase, DryRun::no});
  }
  Task<Erasure> plan(RunId run) {
    auto ids = co_await run::runs_to_erase(store_, std::move(run), EraseOptions::Below::erase);
    auto erasure = co_await run::first_look(store_, std::move(ids), gone_);
    gone_.insert(erasure.erased.begin(), erasure.erased.end());
    co_return erasure;
  }
  Task<bool> is_at_most(std::uint64_t bytes) { co_return co_await store_.size() <= bytes; }

  const Executor& executor_;
  journal::JournalStore& store_;
  const DryRun dry_run_;
  const std::optional<std::size_t> at_most_;
  run::Gone gone_;  // of a dry run: what would be
  Pruned pruned_;
};

}  // namespace

Task<Pruned> prune_runs(const Executor& executor, journal::JournalStore& store, PruneOptions options) {
  auto before = co_await store.size();
  auto runs = co_await ended_runs(store, options);
  if (options.keep_last) runs.resize(runs.size() - std::min(runs.size(), *options.keep_last));
  Pruning pruning(executor, store, options);
  if (!options.max_size) std::ranges::reverse(runs);  // a run that goes on from another one goes before that
  if (!options.max_size || options.dry_run == DryRun::no) co_await pruning.erase(std::move(runs), options.max_size);
  auto pruned = std::move(pruning).pruned();
  pruned.size_before = before;
  pruned.size_after = co_await store.size();
  co_return std::move(pruned);
}

}  // namespace executus
