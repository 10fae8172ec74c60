#include "store/sqlite/tables/battery_tables.hpp"

namespace executus::sqlite {

// Limits: NULL does not limit. What was spent lies in stretches of time, which end at `until`; what was estimated is
// kept by run as well, so that it can be corrected. Of a run that may ask models there is a row for each account that
// it counts in, all with the same figures. Times are milliseconds, money is nano-dollars.
const char* const kBudgetTables = R"sql(
CREATE TABLE budget_limits(
  account TEXT PRIMARY KEY,
  time_ms INTEGER,
  tokens INTEGER,
  nano_usd INTEGER,
  window_ms INTEGER NOT NULL,
  on_breach TEXT NOT NULL,
  tier TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE budget_spent(
  account TEXT NOT NULL,
  until INTEGER NOT NULL,
  time_ms INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  PRIMARY KEY(account, until)
) WITHOUT ROWID;
CREATE TABLE budget_estimates(
  account TEXT NOT NULL,
  until INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  time_ms INTEGER NOT NULL,
  tokens INTEGER NOT NULL,
  nano_usd INTEGER NOT NULL,
  PRIMARY KEY(account, until, run_id)
) WITHOUT ROWID;
CREATE INDEX budget_estimates_of_run ON budget_estimates(run_id);
CREATE TABLE budget_holds(
  run_id TEXT NOT NULL,
  account TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  charged_ms INTEGER NOT NULL,
  charged_tokens INTEGER NOT NULL,
  charged_nano_usd INTEGER NOT NULL,
  held_tokens INTEGER NOT NULL,
  held_nano_usd INTEGER NOT NULL,
  asked_tokens INTEGER NOT NULL,
  asked_nano_usd INTEGER NOT NULL,
  PRIMARY KEY(run_id, account)
) WITHOUT ROWID;
CREATE INDEX budget_holds_of_account ON budget_holds(account);
)sql";

}  // namespace executus::sqlite
