// From what a person types to the account and the amounts that are meant.
#pragma once

#include <string>

#include <executus/budget/account.hpp>

#include "cli/context/command_context.hpp"
#include "cli/input/options.hpp"

namespace executus::cli {

// "agent:NAME", "caller:NAME", "run:RUN" or RUN, where RUN is what find_run takes. Throws Error cli.budget for another
// kind of account, and what find_run throws.
[[nodiscard]] std::string account_named(CommandContext& context, const std::string& named);

// Throws Error budget.amount.
[[nodiscard]] SpendingLimits limits_of(const BudgetAmounts& amounts);
[[nodiscard]] Amounts amounts_of(const BudgetAmounts& amounts);

// The account as it stands now. Throws Error cli.budget when it has no limit.
[[nodiscard]] budget::Standing standing_of(CommandContext& context, const std::string& account);

}  // namespace executus::cli
