#include <boost/json.hpp>

#include <executus/budget/shared_budget.hpp>

#include "base/duration.hpp"
#include "cli/commands/budget/account_named.hpp"
#include "cli/commands/budget/budget_report.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/input/value_checks.hpp"
#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

BreachPolicy policy_of(const std::string& text) {
  constexpr std::string_view tier = "tier:";
  if (text.starts_with(tier)) return {OnBreach::tier, text.substr(tier.size())};
  auto policy = parse_on_breach(text);
  if (!policy || *policy == OnBreach::tier)
    throw usage_error("--on-breach: '" + printable_line(text) + "' is none; write stop, park or tier:NAME");
  return {*policy, {}};
}

Exit show_set(CommandContext& context, const std::string& account, const std::vector<RunId>& woken) {
  auto standing = standing_of(context, account);
  if (context.globals().json) {
    auto object = budget_json(standing);
    auto& list = object["woken"].emplace_array();
    for (const auto& run : woken) list.emplace_back(run.str());
    context.print_json(object);
  } else if (context.globals().quiet) {
    context.print(account + "\n");
  } else {
    context.print(budget_table({standing}));
    for (const auto& run : woken)
      context.print("run " + run.str() + " goes on with the next\n  executus recover " + run.str() + "\n");
  }
  return Exit::ok;
}

Exit remove(CommandContext& context, const std::string& account) {
  (void)standing_of(context, account);
  (void)context.wait(context.runtime().budgets().remove(account));
  auto woken = context.wait(context.runtime().budget().wake(account));
  if (context.globals().json)
    context.print_json(boost::json::object{{"account", account}, {"removed", true}, {"woken", woken.size()}});
  else
    context.print(context.globals().quiet ? account + "\n" : "no budget limits " + account + " any more\n");
  return Exit::ok;
}

}  // namespace

Exit execute(CommandContext& context, const BudgetSet& options) {
  auto account = account_named(context, options.account);
  auto limits = limits_of(options.amounts);
  if (options.unlimited && limits.any()) throw usage_error("--unlimited: give no amounts with it");
  if (options.unlimited) return remove(context, account);
  if (!limits.any()) throw usage_error("give a limit: --usd, --tokens or --seconds; or --unlimited");
  budget::Limit limit{account, limits, Milliseconds(0), policy_of(options.on_breach)};
  if (!options.window.empty()) limit.window = parse_duration(options.window).value();
  auto& runtime = context.runtime();
  context.wait(runtime.budgets().set(limit, budget::BudgetStore::Put::always, runtime.loop().clock().wall()));
  return show_set(context, account, context.wait(runtime.budget().wake(account)));
}

Exit execute(CommandContext& context, const BudgetRaise& options) {
  auto account = account_named(context, options.account);
  auto before = standing_of(context, account).limit;
  auto& runtime = context.runtime();
  auto raised = context.wait(runtime.budgets().raise(account, amounts_of(options.amounts)));
  if (raised && *raised == before)
    throw failed("cli.budget", "the budget " + printable_line(account) +
                                   " does not limit that; `executus budget show` says what it limits");
  return show_set(context, account, context.wait(runtime.budget().wake(account)));
}

Exit execute(CommandContext& context, const BudgetCorrect& options) {
  auto account = account_named(context, options.run);
  constexpr std::string_view prefix = "run:";
  auto run = account.starts_with(prefix) ? RunId::parse(account.substr(prefix.size())) : std::nullopt;
  if (!run) throw usage_error("only what was estimated of a run can be corrected: give the id of one");
  if (!context.wait(context.runtime().budgets().correct(*run, amounts_of(options.amounts))))
    throw failed("cli.budget", "nothing that run " + run->str() + " used is estimated");
  if (context.globals().json)
    context.print_json(boost::json::object{{"run_id", run->str()}, {"corrected", true}});
  else
    context.print(context.globals().quiet ? run->str() + "\n" : "corrected what run " + run->str() + " used\n");
  return Exit::ok;
}

}  // namespace executus::cli
