#include "runtime/agent_file/agent_budget.hpp"

#include <utility>

namespace executus {
namespace {

// A limit that is written down wrong is none, and said.
template <class T>
std::optional<T> limit(Fields& budget, std::string_view key, Result<T> (*spendable)(double)) {
  auto number = budget.number(key);
  if (!number) return std::nullopt;
  auto amount = spendable(*number);
  if (amount) return *amount;
  budget.error(key, amount.error().message());
  return std::nullopt;
}

std::string read_tier(Fields& budget, const KnownNames& known) {
  std::string tier;
  budget.object("on_breach", [&](Fields& policy) {
    tier = policy.required_string("tier");
    auto fault = tier.empty() ? std::nullopt : fault_of_model(tier, known.model_obstacle);
    if (fault && fault->of == ModelFault::Of::file) policy.error("tier", "'tier': " + fault->message);
    if (fault && fault->of == ModelFault::Of::surroundings)
      policy.warning("tier", "a run that has used up its budget ends here: " + fault->message);
  });
  return tier;
}

BreachPolicy read_policy(Fields& budget, const KnownNames& known) {
  const auto* value = budget.raw("on_breach");
  if (value && value->is_object()) return {OnBreach::tier, read_tier(budget, known)};
  return {budget.choice<OnBreach>("on_breach", {{"stop", OnBreach::stop}, {"park", OnBreach::park}})
              .value_or(OnBreach::stop),
          {}};
}

void warn_of_price(Fields& fields, std::string_view key, const std::string& model, const KnownNames& known) {
  auto target = known.unpriced ? known.unpriced(model) : std::string();
  if (target.empty()) return;
  fields.warning(key, "a run is refused here: 'budget' limits money, and what '" + target +
                          "' costs is not known; say its price in a file of prices (models.prices in "
                          "executus.yaml; 0 for a model of your own), or limit 'tokens' instead");
}

}  // namespace

void read_budget(Fields& fields, Agent& agent, const KnownNames& known) {
  AgentBudget own;
  bool given = fields.object("budget", [&](Fields& budget) {
    own.limits.time = limit(budget, "seconds", spendable_seconds);
    own.limits.tokens = limit(budget, "tokens", spendable_tokens);
    own.limits.cost = limit(budget, "usd", spendable_dollars);
    own.policy = read_policy(budget, known);
    bool any = budget.has("seconds") || budget.has("tokens") || budget.has("usd");
    if (!any) budget.error("", "'budget' limits nothing; give 'seconds', 'tokens' or 'usd'");
  });
  if (!given) return;
  if (own.limits.cost) {
    warn_of_price(fields, fields.has("model") ? "model" : "budget", agent.model, known);
    for (const auto& phase : agent.phases)
      if (!phase.model.empty()) warn_of_price(fields, "phases", phase.model, known);
    if (!own.policy.tier.empty()) warn_of_price(fields, "budget", own.policy.tier, known);
  }
  agent.budget = std::move(own);
}

}  // namespace executus
