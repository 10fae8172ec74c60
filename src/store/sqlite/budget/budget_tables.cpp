#include "store/sqlite/budget/budget_tables.hpp"

#include <utility>

#include "store/sqlite/connection/table_values.hpp"

namespace executus::sqlite {
namespace {

using budget::Estimate;
using budget::Hold;
using budget::Limit;
using budget::Spent;

// Time, tokens and money in columns that follow each other.
Amounts amounts_at(const Rows& rows, int column) {
  return {Milliseconds(rows.integer(column)), rows.integer(column + 1), {rows.integer(column + 2)}};
}

std::optional<std::int64_t> number_at(const Rows& rows, int column) {
  return rows.is_null(column) ? std::nullopt : std::optional(rows.integer(column));
}

Limit limit_at(const Rows& rows) {
  Limit limit;
  limit.account = std::string(rows.text(0));
  if (auto time = number_at(rows, 1)) limit.limits.time = Milliseconds(*time);
  limit.limits.tokens = number_at(rows, 2);
  if (auto cost = number_at(rows, 3)) limit.limits.cost = llm::NanoDollars{*cost};
  limit.window = Milliseconds(rows.integer(4));
  limit.policy = {parse_on_breach(rows.text(5)).value_or(OnBreach::stop), std::string(rows.text(6))};
  return limit;
}

// Of a run there is a row for each of its accounts.
std::vector<Hold> holds_in(Rows rows) {
  std::vector<Hold> all;
  while (rows.next()) {
    if (all.empty() || all.back().run.str() != rows.text(0)) {
      auto run = RunId::parse(rows.text(0));
      if (!run) continue;  // written by another program
      all.push_back({*run, rows.integer(2), {}, amounts_at(rows, 3), {}, {}});
      all.back().held = {Milliseconds(0), rows.integer(6), {rows.integer(7)}};
      all.back().asked = {Milliseconds(0), rows.integer(8), {rows.integer(9)}};
    }
    all.back().accounts.emplace_back(rows.text(1));
  }
  return all;
}

}  // namespace

std::optional<Limit> BudgetTables::limit(const std::string& account) {
  Statement find(connection_, "SELECT * FROM budget_limits WHERE account=?");
  auto rows = find.query(account);
  return rows.next() ? std::optional(limit_at(rows)) : std::nullopt;
}

std::vector<Limit> BudgetTables::limits() {
  Statement list(connection_, "SELECT * FROM budget_limits ORDER BY account");
  std::vector<Limit> all;
  auto rows = list.query();
  while (rows.next()) all.push_back(limit_at(rows));
  return all;
}

void BudgetTables::put(const Limit& limit) {
  const auto& [time, tokens, cost] = limit.limits;
  std::optional<std::int64_t> time_ms, nano_usd;
  if (time) time_ms = time->count();
  if (cost) nano_usd = cost->count;
  Statement(connection_, "INSERT OR REPLACE INTO budget_limits VALUES(?,?,?,?,?,?,?)")
      .run(limit.account, time_ms, tokens, nano_usd, limit.window.count(), to_string(limit.policy.on_breach),
           limit.policy.tier);
}

bool BudgetTables::erase_account(const std::string& account) {
  Statement(connection_, "DELETE FROM budget_spent WHERE account=?").run(account);
  Statement(connection_, "DELETE FROM budget_estimates WHERE account=?").run(account);
  Statement(connection_, "DELETE FROM budget_limits WHERE account=?").run(account);
  return connection_.changes() > 0;
}

std::vector<Spent> BudgetTables::spent(const std::string& account, WallTime after) {
  Statement list(connection_,
                 "SELECT until, 0, time_ms, tokens, nano_usd FROM budget_spent WHERE account=? AND until>? UNION ALL "
                 "SELECT until, 1, time_ms, tokens, nano_usd FROM budget_estimates WHERE account=? AND until>? "
                 "ORDER BY 1");
  std::vector<Spent> all;
  auto rows = list.query(account, to_ms(after), account, to_ms(after));
  while (rows.next()) {
    auto until = from_ms(rows.integer(0));
    if (all.empty() || all.back().until != until) all.push_back({until, {}, {}});
    (rows.integer(1) == 0 ? all.back().measured : all.back().estimated) += amounts_at(rows, 2);
  }
  return all;
}

// A sum that would not fit stays as it is: SQLite would make a fraction of it.
void BudgetTables::add_spent(const std::string& account, WallTime until, const Amounts& amounts) {
  Amounts sum = amounts;
  {
    Statement find(connection_, "SELECT time_ms, tokens, nano_usd FROM budget_spent WHERE account=? AND until=?");
    auto rows = find.query(account, to_ms(until));
    if (rows.next()) sum += amounts_at(rows, 0);
  }
  Statement(connection_, "INSERT OR REPLACE INTO budget_spent VALUES(?,?,?,?,?)")
      .run(account, to_ms(until), sum.time.count(), sum.tokens, sum.cost.count);
}

void BudgetTables::add_estimate(const RunId& run, const Estimate& estimate) {
  Amounts sum = estimate.amounts;
  {
    Statement find(connection_,
                   "SELECT time_ms, tokens, nano_usd FROM budget_estimates WHERE account=? AND until=? AND run_id=?");
    auto rows = find.query(estimate.account, to_ms(estimate.until), run.str());
    if (rows.next()) sum += amounts_at(rows, 0);
  }
  Statement(connection_, "INSERT OR REPLACE INTO budget_estimates VALUES(?,?,?,?,?,?)")
      .run(estimate.account, to_ms(estimate.until), run.str(), sum.time.count(), sum.tokens, sum.cost.count);
}

std::vector<Estimate> BudgetTables::estimates(const RunId& run) {
  Statement list(connection_,
                 "SELECT account, until, time_ms, tokens, nano_usd FROM budget_estimates WHERE run_id=? ORDER BY 1, 2");
  std::vector<Estimate> all;
  auto rows = list.query(run.str());
  while (rows.next()) all.push_back({std::string(rows.text(0)), from_ms(rows.integer(1)), amounts_at(rows, 2)});
  return all;
}

void BudgetTables::erase_estimates(const RunId& run) {
  Statement(connection_, "DELETE FROM budget_estimates WHERE run_id=?").run(run.str());
}

void BudgetTables::forget(const std::string& account, WallTime until) {
  Statement(connection_, "DELETE FROM budget_spent WHERE account=? AND until<=?").run(account, to_ms(until));
  Statement(connection_, "DELETE FROM budget_estimates WHERE account=? AND until<=?").run(account, to_ms(until));
}

std::optional<Hold> BudgetTables::hold(const RunId& run) {
  Statement find(connection_, "SELECT * FROM budget_holds WHERE run_id=? ORDER BY account");
  auto found = holds_in(find.query(run.str()));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<Hold> BudgetTables::holds() {
  Statement list(connection_, "SELECT * FROM budget_holds ORDER BY run_id, account");
  return holds_in(list.query());
}

void BudgetTables::put(const Hold& hold) {
  erase_hold(hold.run);
  Statement insert(connection_, "INSERT OR REPLACE INTO budget_holds VALUES(?,?,?,?,?,?,?,?,?,?)");
  for (const auto& account : hold.accounts)
    insert.run(hold.run.str(), account, hold.epoch, hold.charged.time.count(), hold.charged.tokens,
               hold.charged.cost.count, hold.held.tokens, hold.held.cost.count, hold.asked.tokens,
               hold.asked.cost.count);
}

void BudgetTables::erase_hold(const RunId& run) {
  Statement(connection_, "DELETE FROM budget_holds WHERE run_id=?").run(run.str());
}

Amounts BudgetTables::held(const std::string& account, const RunId& but) {
  Statement list(connection_, "SELECT held_tokens, held_nano_usd FROM budget_holds WHERE account=? AND run_id<>?");
  Amounts sum;
  auto rows = list.query(account, but.str());
  while (rows.next()) sum += Amounts{Milliseconds(0), rows.integer(0), {rows.integer(1)}};
  return sum;
}

}  // namespace executus::sqlite
