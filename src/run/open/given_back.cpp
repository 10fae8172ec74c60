#include "run/open/given_back.hpp"

#include <utility>

#include "run/life/contained_work.hpp"
#include "run/life/fruitless.hpp"

namespace executus::run {
namespace {

Task<void> set_down(journal::JournalStore& store, journal::RunRow claimed, Error problem) {
  auto fate = fate_of({Keeper::journal, Fruitless::Stage::opening, problem});
  if (fate == Fate::quarantined) return store.quarantine(claimed.id, claimed.epoch, problem.message());
  return store.release(claimed.id, claimed.epoch, fate == Fate::left);
}

}  // namespace

Task<void> give_back(journal::JournalStore& store, journal::RunRow claimed, Error problem, Logger& logger) {
  Complaint complaint{logger, LogLevel::error, "run " + claimed.id.str() + " could not be given back"};
  co_await contained_for(kContainedLimit, set_down(store, claimed, std::move(problem)), "giving a run back",
                         std::move(complaint));
}

}  // namespace executus::run
