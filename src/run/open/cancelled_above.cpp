#include "run/open/cancelled_above.hpp"

#include <set>
#include <string>

#include "run/record/journal_commands.hpp"

namespace executus::run {

Task<std::optional<RunId>> cancelled_above(journal::JournalStore& store, journal::RunRow row) {
  std::set<std::string> seen{row.id.str()};  // a damaged journal may lead round in circles
  auto parent = RunId::parse(row.parent);
  while (parent && seen.insert(parent->str()).second) {
    auto above = co_await store.find(*parent);
    if (!above || above->status == RunStatus::ok) break;
    auto inbox = co_await store.inbox(above->id);
    if (!is_terminal(above->status) && commands::asks_to_cancel(inbox)) co_return above->id;
    parent = RunId::parse(above->parent);
  }
  co_return std::nullopt;
}

// The runs above are asked first: one that ends before this run's inbox is read has posted its cancel command there.
Task<bool> is_to_end(journal::JournalStore& store, journal::RunRow row) {
  if (is_terminal(row.status)) co_return false;
  auto id = row.id;
  auto above = co_await cancelled_above(store, std::move(row));
  if (above) co_return true;
  auto inbox = co_await store.inbox(std::move(id));
  co_return commands::asks_to_cancel(inbox);
}

Task<void> take_over_cancel(journal::JournalStore& store, journal::RunRow claimed) {
  auto id = claimed.id;
  auto above = co_await cancelled_above(store, std::move(claimed));
  if (!above) co_return;
  auto inbox = co_await store.inbox(id);
  if (!commands::asks_to_cancel(inbox)) (void)co_await store.post(std::move(id), commands::cancel());
}

}  // namespace executus::run
