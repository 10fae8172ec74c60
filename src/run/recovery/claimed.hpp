// A run between its claim and the moment it is driven. A claim whose run is then not driven would keep the run from
// every other worker as long as this process lives.
#pragma once

#include <exception>
#include <type_traits>

#include <executus/journal/store.hpp>

namespace executus::run {

// Awaits what `change` begins to do about a run that this worker has claimed. When that throws, the run is given back
// first, and this does not count as an attempt to drive it.
template <class Change>
[[nodiscard]] std::invoke_result_t<Change> or_release(journal::JournalStore& store, journal::RunRow claimed,
                                                      Change change) {
  std::exception_ptr problem;
  try {
    co_return co_await change();
  } catch (...) {
    problem = std::current_exception();
  }
  co_await store.release(claimed.id, claimed.epoch, journal::Attempt::does_not_count);
  std::rethrow_exception(problem);
}

}  // namespace executus::run
