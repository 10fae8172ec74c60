#include "cli/commands/project/budget_finding.hpp"

#include <algorithm>

#include <executus/budget/store.hpp>

#include "cli/context/agent_lookup.hpp"

namespace executus::cli {
namespace {

using budget::Standing;

void add_problem(Finding& finding, const std::string& problem) {
  finding.problem += (finding.problem.empty() ? "" : "\n    ") + problem;
}

bool is_used_up(const Standing& standing) {
  auto used = standing.spent + standing.estimated;
  const auto& [time, tokens, cost] = standing.limit.limits;
  return (time && used.time >= *time) || (tokens && used.tokens >= *tokens) || (cost && used.cost >= *cost);
}

// Of a run it is told with the run.
bool is_of_run(const Standing& standing) { return standing.limit.account.starts_with("run:"); }

void look_at(const std::vector<Standing>& standings, Finding& finding) {
  finding.facts["set"] = standings.size();
  for (const auto& standing : standings)
    if (!is_of_run(standing) && is_used_up(standing))
      add_problem(finding, "the budget " + printable_line(standing.limit.account) +
                               " is used up: `executus budget show` tells of what, `executus budget raise` gives more");
}

// Of ended runs it comes back as soon as another run waits for it; a run whose process died holds until it goes on.
void count_holds(CommandContext& context, Finding& finding) {
  std::size_t of_ended = 0, of_interrupted = 0;
  auto& journal = context.runtime().journal();
  for (const auto& hold : context.wait(context.runtime().budgets().holds())) {
    auto row = context.wait(journal.find(hold.run));
    if (!row || is_terminal(row->status)) {
      ++of_ended;
    } else if (row->status == RunStatus::running) {
      of_interrupted += context.wait(journal.undriven({hold.run})).size();
    }
  }
  finding.facts["holds_of_ended_runs"] = of_ended;
  finding.facts["holds_of_interrupted_runs"] = of_interrupted;
  if (of_interrupted > 0)
    finding.facts["advice"] = "runs whose process died hold a part of their budgets; `executus recover` continues them";
}

bool limits_money(const AgentFile& file, const std::vector<Standing>& standings) {
  if (file.agent.budget && file.agent.budget->limits.cost) return true;
  auto account = budget::account_of_agent(file.agent.name);
  return std::ranges::any_of(standings,
                             [&](const auto& each) { return each.limit.account == account && each.limit.limits.cost; });
}

std::string unpriced_in(llm::ModelResolver& models, const Agent& agent) {
  auto target = unpriced_target(models, agent.model);
  for (const auto& phase : agent.phases)
    if (target.empty() && !phase.model.empty()) target = unpriced_target(models, phase.model);
  return target;
}

void look_at_prices(CommandContext& context, const std::vector<Standing>& standings, Finding& finding) {
  for (const auto& file : agent_library(context).read_agents().files) {
    if (!limits_money(file, standings)) continue;
    auto target = unpriced_in(context.runtime().models(), file.agent);
    if (!target.empty())
      add_problem(finding, "the money of agent '" + printable_line(file.agent.name) +
                               "' is limited, and what its model '" + printable_line(target) +
                               "' costs is not known: no run of it asks it; say the price in a file of prices "
                               "(models.prices)");
  }
}

}  // namespace

Finding check_budgets(CommandContext& context) {
  Finding finding;
  finding.facts = {{"set", 0}};
  std::vector<Standing> standings;
  try {
    if (context.database_is_there()) {
      standings = context.wait(context.runtime().budgets().list(context.runtime().loop().clock().wall()));
      look_at(standings, finding);
      count_holds(context, finding);
    }
  } catch (const Error&) {  // what is wrong with the store is said of the store
  }
  look_at_prices(context, standings, finding);
  return finding;
}

}  // namespace executus::cli
