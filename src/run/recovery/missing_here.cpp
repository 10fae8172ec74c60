#include <optional>
#include <utility>

#include <executus/run/recovery.hpp>

namespace executus {

namespace {

// As the run was admitted, with the definition that holds now. Nothing: there is no such run.
Task<std::optional<journal::Admitted>> defined_now(journal::JournalStore& store, RunId run) {
  auto first = co_await store.read(run, 0, 1);
  auto* admitted = first.empty() ? nullptr : std::get_if<journal::Admitted>(&first.front().payload);
  auto row = admitted ? co_await store.find(run) : std::nullopt;
  if (!row) co_return std::nullopt;
  if (row->definition > 1) {
    auto later = co_await store.read(run, row->definition - 1, 1);
    const auto* redefined = later.empty() ? nullptr : std::get_if<journal::Redefined>(&later.front().payload);
    if (redefined) admitted->agent = redefined->agent;
  }
  co_return std::move(*admitted);
}

}  // namespace

Task<std::vector<std::string>> missing_here(const Executor& executor, journal::JournalStore& store, RunId run) {
  std::vector<std::string> missing;
  try {
    auto admitted = co_await defined_now(store, run);
    if (admitted) missing = executor.missing_for(run, *admitted);
  } catch (const Error& problem) {
    if (journal::is_of_other_format(problem.code()))
      missing.push_back(problem.message());
    else if (!journal::is_damage(problem.code()))
      throw;
  }
  co_return missing;
}

}  // namespace executus
