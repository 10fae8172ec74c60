#include "run/cancelled_above.hpp"

#include <set>
#include <string>

#include "run/cancelled_unopened.hpp"
#include "run/commands.hpp"

namespace executus::run {
namespace {

// A run that ended well may have left one below it to itself; any other end takes those below it along.
bool takes_others_along(RunStatus status) { return is_terminal(status) && status != RunStatus::ok; }

}  // namespace

Task<std::optional<RunId>> cancelled_above(journal::JournalStore& store, journal::RunRow row) {
  std::set<std::string> seen{row.id.str()};  // a damaged journal may lead round in circles
  auto parent = RunId::parse(row.parent);
  while (parent && seen.insert(parent->str()).second) {
    auto above = co_await store.find(*parent);
    if (!above || above->status == RunStatus::ok) break;
    if (takes_others_along(above->status)) co_return above->id;
    auto inbox = co_await store.inbox(above->id);
    if (asks_to_cancel(inbox)) co_return above->id;
    parent = RunId::parse(above->parent);
  }
  co_return std::nullopt;
}

Task<void> take_over_cancel(journal::JournalStore& store, journal::RunRow row) {
  auto id = row.id;
  auto above = co_await cancelled_above(store, std::move(row));
  if (!above) co_return;
  auto inbox = co_await store.inbox(id);
  if (!asks_to_cancel(inbox)) (void)co_await store.post(std::move(id), commands::cancel());
}

}  // namespace executus::run
