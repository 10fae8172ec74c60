#include "cli/commands/budget/account_named.hpp"

#include <executus/budget/store.hpp>

#include "cli/input/value_checks.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/output/terminal.hpp"

namespace executus::cli {

std::string account_named(CommandContext& context, const std::string& named) {
  auto colon = named.find(':');
  auto kind = named.substr(0, colon);
  if (colon == std::string::npos) return budget::account_of_run(find_run(context, named));
  auto name = named.substr(colon + 1);
  if (name.empty()) throw failed("cli.budget", "'" + printable_line(named) + "' names no " + printable_line(kind));
  if (kind == "run") return budget::account_of_run(find_run(context, name));
  if (kind == "agent") return budget::account_of_agent(name);
  if (kind == "caller") return budget::account_of_caller(name);
  throw failed("cli.budget",
               "'" + printable_line(named) + "' is no account; write agent:NAME, caller:NAME, or the id of a run");
}

SpendingLimits limits_of(const BudgetAmounts& amounts) {
  SpendingLimits limits;
  if (amounts.seconds) limits.time = spendable_seconds(*amounts.seconds).value();
  if (amounts.tokens) limits.tokens = spendable_tokens(*amounts.tokens).value();
  if (amounts.usd) limits.cost = spendable_dollars(*amounts.usd).value();
  return limits;
}

Amounts amounts_of(const BudgetAmounts& amounts) {
  auto limits = limits_of(amounts);
  if (!limits.any()) throw usage_error("give an amount: --usd, --tokens or --seconds");
  return {limits.time.value_or(Milliseconds(0)), limits.tokens.value_or(0), limits.cost.value_or(llm::NanoDollars())};
}

budget::Standing standing_of(CommandContext& context, const std::string& account) {
  for (auto& standing : context.wait(context.runtime().budgets().list(context.runtime().loop().clock().wall())))
    if (standing.limit.account == account) return standing;
  throw failed("cli.budget", "no budget is set for " + printable_line(account) +
                                 "; `executus budget show` lists those that are, `executus budget set` sets one");
}

}  // namespace executus::cli
