#include <executus/run/recovery.hpp>

namespace executus {

Task<std::vector<std::string>> missing_here(const Executor& executor, journal::JournalStore& store, RunId run) {
  std::vector<std::string> missing;
  try {
    auto first = co_await store.read(run, 0, 1);
    const auto* admitted = first.empty() ? nullptr : std::get_if<journal::Admitted>(&first.front().payload);
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
