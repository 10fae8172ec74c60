#include "budget/left_holds.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "run/record/lost_call.hpp"
#include "run/record/replayed.hpp"

namespace executus::budget {
namespace {

// The process of a run that has ended has 10 s to tell what it knows.
constexpr Milliseconds kLetSettle{60'000};

// What its journal said that it used is counted by then: time that passed since is not known.
LeftHold given_back(const Hold& hold, std::int64_t epoch, bool lost_call, Budget::Rest rest) {
  RunSpending spending{epoch, hold.charged, hold.charged, {}, lost_call};
  return {{hold.run, hold.accounts, spending}, rest};
}

// A run that was ended by another process than the one that held, or in the middle of something, may have lost a call.
bool may_have_lost_call(const Hold& hold, const journal::RunRow& row) {
  return row.epoch != hold.epoch || (row.status != RunStatus::ok && row.status != RunStatus::error);
}

bool is_for_a_call_beside(const Hold& hold) {
  return std::ranges::find(hold.accounts, kNoAccount) != hold.accounts.end();
}

}  // namespace

std::optional<LeftHold> left_by_ended(const Hold& hold, const std::optional<journal::RunRow>& row, WallTime now) {
  if (!row) return given_back(hold, hold.epoch, true, Budget::Rest::over);
  bool is_late = row->ended_at && later(*row->ended_at, kLetSettle) < now;
  if (!is_late) return std::nullopt;  // what both told would be counted twice
  auto left = given_back(hold, row->epoch, may_have_lost_call(hold, *row), Budget::Rest::over);
  left.report.spending.total = {hold.charged.time, row->usage.input + row->usage.output, row->cost.known};
  return left;
}

Task<std::optional<LeftHold>> left_by_dead(journal::JournalStore& journal, Hold hold) {
  std::vector<RunId> runs{hold.run};
  if (hold.held == Amounts{} || (co_await journal.undriven(std::move(runs))).empty()) co_return std::nullopt;
  bool is_lost = is_for_a_call_beside(hold);
  try {
    auto so_far = co_await run::replayed(journal, hold.run);
    is_lost = is_lost || run::may_have_lost_call(so_far.conversation);
  } catch (const Error& error) {
    if (std::string_view(error.code()).starts_with("store.")) throw;
    co_return std::nullopt;
  }
  co_return given_back(hold, hold.epoch, is_lost, Budget::Rest::pause);
}

}  // namespace executus::budget
