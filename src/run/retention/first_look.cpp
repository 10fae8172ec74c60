#include "run/retention/first_look.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <ranges>
#include <utility>

namespace executus::run {
namespace {

using journal::Erased;
using journal::EraseVerdict;

// Without what goes before it.
template <class Goes>
bool has_keepers(Erased& told, Goes goes) {
  if (told.verdict != EraseVerdict::not_ended) std::erase_if(told.because, goes);
  bool by_others = told.verdict == EraseVerdict::has_children || told.verdict == EraseVerdict::is_continued;
  return told.verdict == EraseVerdict::not_ended || (by_others && !told.because.empty());
}

}  // namespace

Task<std::vector<RunId>> runs_to_erase(journal::JournalStore& store, RunId run, EraseOptions::Below below) {
  std::vector<RunId> ids;
  if (below == EraseOptions::Below::erase)
    for (const auto& row : co_await store.below(run, std::numeric_limits<std::size_t>::max())) ids.push_back(row.id);
  std::ranges::reverse(ids);
  ids.push_back(run);
  co_return ids;
}

// Of a run below the one that is erased its parent goes as well: whether that has ended is asked of the parent itself.
// What goes on from a run is told before what is below it, which goes anyway.
Task<Erasure> first_look(journal::JournalStore& store, std::vector<RunId> ids, const Gone& gone) {
  const Gone here(ids.begin(), ids.end());
  auto goes = [&](const RunId& each) { return here.contains(each) || gone.contains(each); };
  Erasure erasure;
  for (const auto& id : ids) {
    auto told = co_await store.erase(id, journal::Erasing::only_asked);
    if (has_keepers(told, goes)) co_return Erasure{told.verdict, {}, std::move(told.because)};
    std::ranges::remove_copy_if(told.forks, std::back_inserter(erasure.forks), goes);
    erasure.verdict = told.verdict == EraseVerdict::no_such_run ? told.verdict : EraseVerdict::erased;
  }
  if (erasure.verdict == EraseVerdict::erased) erasure.erased = std::move(ids);
  co_return erasure;
}

}  // namespace executus::run
