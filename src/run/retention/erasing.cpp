#include <algorithm>
#include <iterator>
#include <limits>
#include <ranges>
#include <set>
#include <utility>

#include <executus/run/erasing.hpp>
#include <executus/run/executor.hpp>

namespace executus {
namespace {

using journal::Erased;
using journal::EraseVerdict;
using journal::Erasing;

// The run behind those below it: each comes after the ones that it has to wait for.
Task<std::vector<RunId>> runs_to_erase(journal::JournalStore& store, RunId run, EraseOptions::Below below) {
  std::vector<RunId> ids;
  if (below == EraseOptions::Below::erase)
    for (const auto& row : co_await store.below(run, std::numeric_limits<std::size_t>::max())) ids.push_back(row.id);
  std::ranges::reverse(ids);
  ids.push_back(run);
  co_return ids;
}

// Without what goes with it.
bool has_keepers(Erased& told, const std::set<RunId>& going) {
  std::erase_if(told.because,
                [&](const RunId& id) { return told.verdict != EraseVerdict::not_ended && going.contains(id); });
  bool by_others = told.verdict == EraseVerdict::has_children || told.verdict == EraseVerdict::is_continued;
  return told.verdict == EraseVerdict::not_ended || (by_others && !told.because.empty());
}

// Of a run below the one that is erased its parent goes as well: whether that has ended is asked of the parent itself.
Task<Erasure> first_look(journal::JournalStore& store, std::vector<RunId> ids) {
  const std::set<RunId> going(ids.begin(), ids.end());
  Erasure erasure;
  for (const auto& id : ids) {
    auto told = co_await store.erase(id, Erasing::only_asked);
    if (has_keepers(told, going)) co_return Erasure{told.verdict, {}, std::move(told.because)};
    std::ranges::copy_if(told.forks, std::back_inserter(erasure.forks),
                         [&](const RunId& fork) { return !going.contains(fork); });
    erasure.verdict = told.verdict == EraseVerdict::no_such_run ? told.verdict : EraseVerdict::erased;
  }
  if (erasure.verdict == EraseVerdict::erased) erasure.erased = std::move(ids);
  co_return erasure;
}

}  // namespace

Task<Erasure> erase_run(const Executor& executor, journal::JournalStore& store, RunId run, EraseOptions options) {
  auto ids = co_await runs_to_erase(store, run, options.below);
  auto erasure = co_await first_look(store, std::move(ids));
  if (erasure.verdict != EraseVerdict::erased || options.dry_run == DryRun::yes) co_return erasure;
  for (const auto& id : std::exchange(erasure.erased, {})) {
    auto told = co_await store.erase(id, Erasing::for_good);
    if (told.verdict != EraseVerdict::erased) {
      erasure.verdict = told.verdict;
      erasure.because = std::move(told.because);
      co_return erasure;
    }
    co_await executor.erase_files(id);
    erasure.erased.push_back(id);
  }
  co_return erasure;
}

}  // namespace executus
