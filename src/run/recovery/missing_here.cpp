#include <optional>
#include <utility>

#include <executus/run/recovery.hpp>

namespace executus {

namespace {

// As the run was admitted, with the definition that holds now. Nothing: its journal begins otherwise.
Task<std::optional<journal::Admitted>> defined_now(journal::JournalStore& store, journal::RunRow row) {
  auto first = co_await store.read(row.id, 0, 1);
  auto* admitted = first.empty() ? nullptr : std::get_if<journal::Admitted>(&first.front().payload);
  if (!admitted) co_return std::nullopt;
  if (row.definition > 1) {
    auto later = co_await store.read(row.id, row.definition - 1, 1);
    const auto* redefined = later.empty() ? nullptr : std::get_if<journal::Redefined>(&later.front().payload);
    if (redefined) admitted->agent = redefined->agent;
  }
  co_return std::move(*admitted);
}

}  // namespace

Task<std::vector<std::string>> missing_here(const Executor& executor, journal::JournalStore& store,
                                            journal::RunRow row) {
  std::vector<std::string> missing;
  try {
    auto admitted = co_await defined_now(store, row);
    if (admitted) missing = executor.missing_for(row.id, *admitted);
  } catch (const Error& problem) {
    if (journal::is_of_other_format(problem.code()))
      missing.push_back(problem.message());
    else if (!journal::is_damage(problem.code()))
      throw;
  }
  co_return missing;
}

Task<std::vector<std::string>> missing_here(const Executor& executor, journal::JournalStore& store, RunId run) {
  auto row = co_await store.find(std::move(run));
  if (!row) co_return std::vector<std::string>();
  co_return co_await missing_here(executor, store, std::move(*row));
}

}  // namespace executus
