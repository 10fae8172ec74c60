#include <algorithm>
#include <utility>

#include <executus/budget/shared_budget.hpp>

#include "budget/left_holds.hpp"
#include "run/record/journal_commands.hpp"

namespace executus::budget {
namespace {

constexpr Milliseconds kBetweenLooks{1'000};

// A process that was stopped for longer may be taken for dead, and what it holds is given back (settle_left).
constexpr Milliseconds kGoodFor = journal::kLease / 2;

Report report_of(const RunInfo& info, const RunSpending& spending) { return {info.run, accounts_of(info), spending}; }

constexpr std::size_t kMostWoken = 100'000;

// What follows `prefix`, when the account begins so.
std::optional<std::string> named(const std::string& account, std::string_view prefix) {
  return account.starts_with(prefix) ? std::optional(account.substr(prefix.size())) : std::nullopt;
}

// Runs that count in the account and wait.
Task<std::vector<journal::RunRow>> runs_in(journal::JournalStore& journal, const std::string& account) {
  std::vector<journal::RunRow> rows;
  journal::RunFilter filter;
  filter.statuses = {RunStatus::waiting};
  filter.limit = kMostWoken;
  if (auto run = named(account, account_of_run(RunId()))) {
    auto id = RunId::parse(*run);
    if (!id) co_return rows;
    rows = co_await journal.below(*id, kMostWoken);
    if (auto top = co_await journal.find(*id)) rows.push_back(std::move(*top));
    co_return rows;
  }
  filter.agent = named(account, account_of_agent("")).value_or("");
  filter.caller = named(account, account_of_caller("")).value_or("");
  if (!filter.agent.empty() || !filter.caller.empty()) rows = co_await journal.list(std::move(filter));
  co_return rows;
}

}  // namespace

Task<std::optional<std::string>> SharedBudget::check(RunInfo /*info*/) { co_return std::nullopt; }
Task<void> SharedBudget::commit(RunInfo /*info*/, Milliseconds /*used*/) { co_return; }

// The limits that a run had stay when it goes on: they may have been raised.
Task<BudgetTerms> SharedBudget::begin(RunInfo info, std::optional<AgentBudget> own) {
  if (own) {
    Limit limit{account_of_run(info.run), own->limits, Milliseconds(0), own->policy};
    co_await store_.set(std::move(limit), BudgetStore::Put::unless_there, clock_.wall());
  }
  co_return co_await store_.terms(accounts_of(info));
}

// Each call that waits asks several times a second; a look reads a row for each hold.
bool SharedBudget::may_look() {
  std::lock_guard lock(mutex_);
  auto now = clock_.mono();
  if (looked_ && now < later(*looked_, kBetweenLooks)) return false;
  looked_ = now;
  return true;
}

Task<BudgetAnswer> SharedBudget::reserve(RunInfo info, RunSpending spending, Amounts calls) {
  auto report = report_of(info, spending);
  auto answer = co_await store_.reserve(std::move(report), calls, clock_.wall());
  if (answer.verdict == BudgetAnswer::Verdict::wait && may_look()) co_await settle_left();
  if (journal_) answer.good_for = std::min(answer.good_for.value_or(kGoodFor), kGoodFor);
  co_return answer;
}

Task<void> SharedBudget::settle(RunInfo info, RunSpending spending, Rest rest) {
  auto report = report_of(info, spending);
  co_await store_.settle(std::move(report), rest, clock_.wall());
}

Task<std::vector<RunId>> SharedBudget::wake(std::string account) {
  std::vector<RunId> woken;
  if (!journal_) co_return woken;
  for (const auto& row : co_await runs_in(*journal_, account)) {
    if (row.status != RunStatus::waiting || row.reason != to_string(WaitReason::budget)) continue;
    journal::Command raised{0, std::string(run::commands::kRaised), {}, clock_.wall()};
    if (co_await journal_->post(row.id, std::move(raised)) == journal::PostVerdict::accepted) woken.push_back(row.id);
  }
  co_return woken;
}

Task<void> SharedBudget::settle_left() {
  if (!journal_) co_return;
  for (auto& hold : co_await store_.holds()) co_await settle_left(std::move(hold));
}

Task<void> SharedBudget::settle_left(Hold hold) {
  auto row = co_await journal_->find(hold.run);
  bool goes_on = row && !is_terminal(row->status);
  if (goes_on && row->worker.empty()) co_return;  // who let go of it tells what it used, or who takes it up
  auto left = goes_on ? co_await left_by_dead(*journal_, hold) : left_by_ended(hold, row, clock_.wall());
  if (left) co_await store_.settle(std::move(left->report), left->rest, clock_.wall());
}

}  // namespace executus::budget
