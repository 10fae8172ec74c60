#include "cli/input/grammar.hpp"

namespace executus::cli {
namespace {

void amounts(CLI::App& app, BudgetAmounts& to) {
  auto amount = [&](const std::string& name, std::optional<double>& value, const std::string& what) {
    app.add_option(name, value, what)->type_name("N")->option_text("N");
  };
  amount("--usd", to.usd, "Dollars");
  amount("--tokens", to.tokens, "Tokens, read and written");
  amount("--seconds", to.seconds, "Seconds that runs are owned and running");
}

}  // namespace

void Grammar::add_budget() {
  auto& budget = group("budget", "What runs may spend");
  auto account = [](CLI::App& app, std::string& to) -> CLI::Option& {
    return *app.add_option("ACCOUNT", to, "agent:NAME, caller:NAME, or a run (with all runs below it)")
                ->type_name("")
                ->check(not_empty);
  };
  auto show = std::make_shared<BudgetShow>();
  auto& show_app = leaf(budget, "show", "Show what is limited, spent, held and estimated", show,
                        "  executus budget show\n  executus budget show caller:ada --json\n"
                        "  executus budget show --csv > budgets.csv");
  account(show_app, show->account);
  flag(show_app, "--csv", show->csv, "As comma-separated values");

  auto set = std::make_shared<BudgetSet>();
  auto& set_app = leaf(budget, "set", "Limit what an agent, a caller or a run may spend", set,
                       "  executus budget set caller:ada --usd 20 --window 168h\n"
                       "  executus budget set agent:triage --tokens 2000000 --window 24h --on-breach park\n"
                       "  executus budget set caller:ada --unlimited\n\n"
                       "It takes the place of the limits that the account had. It holds for runs that are taken up\n"
                       "from then on, and for those that are limited already.");
  account(set_app, set->account).required();
  amounts(set_app, set->amounts);
  text(set_app, "--window", set->window, "Only what was spent within it counts; default: everything", "DURATION");
  text(set_app, "--on-breach", set->on_breach, "stop (default), park, or tier:NAME", "POLICY");
  flag(set_app, "--unlimited", set->unlimited, "No limit any more; what was spent is forgotten");

  auto raise = std::make_shared<BudgetRaise>();
  auto& raise_app =
      leaf(budget, "raise", "Raise a limit; runs that wait for it go on", raise,
           "  executus budget raise @last --usd 0.50\n  executus budget raise caller:ada --tokens 100000");
  account(raise_app, raise->account).required();
  amounts(raise_app, raise->amounts);

  auto correct = std::make_shared<BudgetCorrect>();
  auto& correct_app = leaf(budget, "correct", "Say what calls took that had to be estimated", correct,
                           "  executus budget correct 0192 --usd 0.004 --tokens 900");
  run_argument(correct_app, correct->run);
  amounts(correct_app, correct->amounts);
}

}  // namespace executus::cli
