#include <utility>

#include <executus/run/erasing.hpp>
#include <executus/run/executor.hpp>

#include "run/retention/first_look.hpp"

namespace executus {

// Files go first: until they are gone the run is found, and erasing that was cut short can be repeated.
Task<Erasure> erase_run(const Executor& executor, journal::JournalStore& store, RunId run, EraseOptions options) {
  auto ids = co_await run::runs_to_erase(store, run, options.below);
  auto erasure = co_await run::first_look(store, std::move(ids), {});
  if (erasure.verdict != journal::EraseVerdict::erased || options.dry_run == DryRun::yes) co_return erasure;
  for (const auto& id : std::exchange(erasure.erased, {})) {
    co_await executor.erase_files(id);
    auto told = co_await store.erase(id, journal::Erasing::for_good);
    if (told.verdict != journal::EraseVerdict::erased) {
      erasure.verdict = told.verdict;
      erasure.because = std::move(told.because);
      co_return erasure;
    }
    erasure.erased.push_back(id);
  }
  co_return erasure;
}

}  // namespace executus
