#include <executus/budget/account.hpp>

namespace executus::budget {
namespace {

Error no_limit(const Limit& limit, const std::string& why) {
  return failed("budget.limit", "the budget '" + limit.account + "' cannot be set: " + why);
}

}  // namespace

std::string account_of_agent(std::string_view name) { return "agent:" + std::string(name); }
std::string account_of_caller(std::string_view name) { return "caller:" + std::string(name); }
std::string account_of_run(const RunId& run) { return "run:" + run.str(); }

std::vector<std::string> accounts_of(const RunInfo& info) {
  std::vector<std::string> accounts;
  for (const auto& run : info.budgets) accounts.push_back(account_of_run(run));
  if (!info.name.empty()) accounts.push_back(account_of_agent(info.name));
  if (!info.caller.empty()) accounts.push_back(account_of_caller(info.caller));
  return accounts;
}

void check(const Limit& limit) {
  const auto& [time, tokens, cost] = limit.limits;
  if (limit.account.empty()) throw no_limit(limit, "it has no name");
  if (!limit.limits.any()) throw no_limit(limit, "it limits nothing; give seconds, tokens or dollars");
  bool negative = (time && time->count() < 0) || (tokens && *tokens < 0) || (cost && cost->count < 0);
  if (negative) throw no_limit(limit, "an amount is negative");
  if (limit.window.count() < 0) throw no_limit(limit, "its window is negative");
  if (limit.policy.on_breach == OnBreach::tier && limit.policy.tier.empty())
    throw no_limit(limit, "the tier to go on with is not named");
}

}  // namespace executus::budget
