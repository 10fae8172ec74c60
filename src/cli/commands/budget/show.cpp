#include <algorithm>

#include <boost/json.hpp>

#include <executus/budget/shared_budget.hpp>

#include "cli/commands/budget/account_named.hpp"
#include "cli/commands/budget/budget_report.hpp"
#include "cli/commands/command_table.hpp"

namespace executus::cli {
namespace {

std::vector<budget::Standing> standings(CommandContext& context, const BudgetShow& options) {
  if (!options.account.empty()) return {standing_of(context, account_named(context, options.account))};
  return context.wait(context.runtime().budgets().list(context.runtime().loop().clock().wall()));
}

}  // namespace

// What ended runs still hold comes back first: their processes died before they could settle it.
Exit execute(CommandContext& context, const BudgetShow& options) {
  context.wants_runs();
  (void)context.runs();
  if (context.has_store()) context.wait(context.runtime().budget().settle_left());
  auto all = standings(context, options);
  if (context.globals().json) {
    boost::json::array list;
    for (const auto& standing : all) list.push_back(budget_json(standing));
    context.print_json(list);
  } else if (options.csv) {
    context.print(budget_csv(all));
  } else if (context.globals().quiet) {
    for (const auto& standing : all) context.print(standing.limit.account + "\n");
  } else if (all.empty()) {
    context.print("no budgets are set\n");
  } else {
    context.print(budget_table(all));
  }
  return Exit::ok;
}

}  // namespace executus::cli
