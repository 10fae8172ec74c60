#include <utility>

#include <executus/run/speaking.hpp>
#include <executus/run/stored_run.hpp>

#include "run/record/journal_commands.hpp"

namespace executus {
namespace {

Task<Said> post(journal::JournalStore& store, journal::RunRow row, journal::Command command) {
  auto verdict = co_await store.post(row.id, std::move(command));
  if (verdict == journal::PostVerdict::accepted) co_return Said{Said::accepted, row.status};
  auto now = co_await store.find(row.id);
  co_return now ? Said{Said::ended, now->status} : Said{Said::no_such_run};
}

}  // namespace

Task<Said> cancel_run(journal::JournalStore& store, RunId id) {
  auto row = co_await store.find(std::move(id));
  if (!row) co_return Said{Said::no_such_run};
  if (is_terminal(row->status)) co_return Said{Said::ended, row->status};
  co_return co_await post(store, std::move(*row), run::commands::cancel());
}

Task<Said> steer_run(journal::JournalStore& store, RunId id, std::string text) {
  auto row = co_await store.find(std::move(id));
  if (!row) co_return Said{Said::no_such_run};
  if (is_terminal(row->status)) co_return Said{Said::ended, row->status};
  if (auto why = co_await given_up(store, *row)) co_return Said{Said::ended, row->status, std::move(why)};
  co_return co_await post(store, std::move(*row), run::commands::steer(std::move(text)));
}

}  // namespace executus
