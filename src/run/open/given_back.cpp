#include "run/open/given_back.hpp"

#include <utility>

#include "run/life/contained_work.hpp"
#include "run/life/fruitless.hpp"

namespace executus::run {
namespace {

// A coroutine, so that what a store throws at once is contained as well.
Task<void> set_down(journal::JournalStore& store, journal::RunRow claimed, Error problem) {
  if (journal::is_damage(problem.code())) {
    co_await store.quarantine(claimed.id, claimed.epoch, problem.message());
    co_return;
  }
  auto ending = end_of_fruitless({Keeper::journal, Fruitless::Stage::opening, problem});
  co_await store.release(claimed.id, claimed.epoch, ending.attempt);
}

}  // namespace

Task<void> give_back(journal::JournalStore& store, journal::RunRow claimed, Error problem, Logger& logger) {
  Complaint complaint{logger, LogLevel::error, "run " + claimed.id.str() + " could not be given back"};
  co_await contained_for(kContainedLimit, set_down(store, claimed, std::move(problem)), "giving a run back",
                         std::move(complaint));
}

}  // namespace executus::run
