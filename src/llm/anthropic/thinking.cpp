#include "llm/anthropic/thinking.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <boost/json.hpp>

namespace executus::llm::anthropic {
namespace {

namespace json = boost::json;

using Thinking = Traits::Thinking;
using Efforts = Traits::Efforts;

constexpr int kSmallestBudget = 1'024;  // the API refuses less

bool is_off(std::string_view effort) { return effort == "none" || effort == "off"; }

int budget_of(std::string_view effort) {
  constexpr std::array<std::pair<std::string_view, int>, 7> budgets{{{"none", 0},
                                                                     {"off", 0},
                                                                     {"minimal", kSmallestBudget},
                                                                     {"low", 4'096},
                                                                     {"high", 20'000},
                                                                     {"xhigh", 32'000},
                                                                     {"max", 32'000}}};
  for (const auto& [word, budget] : budgets)
    if (word == effort) return budget;
  return effort.empty() ? 0 : 10'000;
}

// An unknown effort is sent as it is: the API's refusal lists the known ones.
std::string level_of(const std::string& effort, Efforts efforts) {
  if (efforts == Efforts::none || effort.empty()) return {};
  if (effort == "minimal") return "low";
  if (efforts != Efforts::all && effort == "xhigh") return "high";
  if (efforts == Efforts::up_to_high && effort == "max") return "high";
  return effort;
}

int most_output(const Traits& traits) {
  return traits.max_output_tokens > 0 ? traits.max_output_tokens : std::numeric_limits<int>::max();
}

int max_tokens_of(const Request& request, const Traits& traits, int budget) {
  return std::min(request.max_output_tokens.value_or(traits.default_output_tokens + budget), most_output(traits));
}

ThinkingPlan plan_by_budget(const Request& request, const Traits& traits, bool forced) {
  int budget = forced ? 0 : budget_of(request.effort);
  ThinkingPlan plan{.max_tokens = max_tokens_of(request, traits, budget)};
  budget = std::min(budget, plan.max_tokens / 2);
  if (budget >= kSmallestBudget) plan.thinking = {{"type", "enabled"}, {"budget_tokens", budget}};
  if (!is_off(request.effort)) plan.effort = level_of(request.effort, traits.efforts);
  return plan;
}

// With thinking turned off, these models refuse an effort above high.
void turn_off(ThinkingPlan& plan) {
  plan.thinking = {{"type", "disabled"}};
  if (plan.effort == "xhigh" || plan.effort == "max") plan.effort = "high";
}

ThinkingPlan plan_by_effort(const Request& request, const Traits& traits, bool forced) {
  ThinkingPlan plan{.max_tokens = max_tokens_of(request, traits, 0)};
  bool off = is_off(request.effort);
  if (!off) plan.effort = level_of(request.effort, traits.efforts);
  switch (traits.thinking) {
    case Thinking::by_default:
      if (off || forced) turn_off(plan);
      break;
    case Thinking::always:
      if (off) plan.effort = "low";
      if (traits.history == Traits::History::bound) plan.thinking = {{"type", "adaptive"}};
      break;
    case Thinking::on_request:
    case Thinking::budget:
      break;
  }
  if (!plan.effort.empty() && plan.thinking.empty() && !forced) plan.thinking = {{"type", "adaptive"}};
  return plan;
}

}  // namespace

bool forces_tools(const Request& request, const Traits& traits) {
  auto kind = request.tool_choice.kind;
  bool wanted = kind == ToolChoice::Kind::required || kind == ToolChoice::Kind::named;
  return wanted && !request.tools.empty() && traits.forced_tools == Traits::ForcedTools::taken;
}

ThinkingPlan thinking_plan(const Request& request, const Traits& traits) {
  bool forced = forces_tools(request, traits);
  auto plan = traits.thinking == Thinking::budget ? plan_by_budget(request, traits, forced)
                                                  : plan_by_effort(request, traits, forced);
  if (traits.history == Traits::History::bound)
    plan.thinking["block_binding"] = json::object{{"prefix_mismatch_behavior", "drop_block"}};
  if (!plan.thinking.empty()) plan.temperature = Traits::Temperature::refused;
  if (traits.temperature == Traits::Temperature::refused) plan.temperature = Traits::Temperature::refused;
  return plan;
}

}  // namespace executus::llm::anthropic
