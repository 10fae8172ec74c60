#include "cli/commands/budget/budget_report.hpp"

#include <boost/json.hpp>

#include "base/duration.hpp"
#include "cli/output/csv.hpp"
#include "cli/output/spending.hpp"
#include "cli/output/table.hpp"
#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

namespace json = boost::json;
using budget::Standing;

double seconds(Milliseconds time) { return static_cast<double>(time.count()) / 1'000; }

std::string seconds_text(Milliseconds time) {
  auto text = std::to_string(time.count() / 1'000);
  auto rest = time.count() % 1'000;
  return rest == 0 ? text : text + "." + std::to_string(1'000 + rest).substr(1);
}

json::object amounts_json(const Amounts& amounts) {
  return {
      {"seconds", seconds(amounts.time)}, {"tokens", amounts.tokens}, {"micro_usd", llm::micro_dollars(amounts.cost)}};
}

json::object limits_json(const SpendingLimits& limits) {
  json::object object{{"seconds", nullptr}, {"tokens", nullptr}, {"micro_usd", nullptr}};
  if (limits.time) object["seconds"] = seconds(*limits.time);
  if (limits.tokens) object["tokens"] = *limits.tokens;
  if (limits.cost) object["micro_usd"] = llm::micro_dollars(*limits.cost);
  return object;
}

// What one kind has of a limit: a line of the table and of the CSV.
struct Line {
  std::string kind, limit, spent, held, estimated;
};

std::vector<Line> lines_of(const Standing& standing) {
  const auto& [limit, spent, estimated, held] = standing;
  const auto& limits = limit.limits;
  std::vector<Line> lines;
  if (limits.cost)
    lines.push_back({"usd", dollars(limits.cost), dollars(spent.cost), dollars(held.cost), dollars(estimated.cost)});
  if (limits.tokens)
    lines.push_back({"tokens", std::to_string(*limits.tokens), std::to_string(spent.tokens),
                     std::to_string(held.tokens), std::to_string(estimated.tokens)});
  if (limits.time)
    lines.push_back(
        {"seconds", seconds_text(*limits.time), seconds_text(spent.time), "0", seconds_text(estimated.time)});
  return lines;
}

std::string window_text(const budget::Limit& limit) {
  return limit.window.count() == 0 ? "" : format_duration(limit.window);
}

std::string policy_text(const BreachPolicy& policy) {
  return policy.on_breach == OnBreach::tier ? "tier:" + policy.tier : std::string(to_string(policy.on_breach));
}

std::vector<std::vector<std::string>> rows_of(const std::vector<Standing>& standings) {
  std::vector<std::vector<std::string>> rows{
      {"ACCOUNT", "OF", "LIMIT", "SPENT", "HELD", "ESTIMATED", "WINDOW", "ON BREACH"}};
  for (const auto& standing : standings)
    for (auto& line : lines_of(standing))
      rows.push_back({printable_line(standing.limit.account), line.kind, line.limit, line.spent, line.held,
                      line.estimated, window_text(standing.limit), printable_line(policy_text(standing.limit.policy))});
  return rows;
}

}  // namespace

json::object budget_json(const Standing& standing) {
  const auto& limit = standing.limit;
  return {{"account", limit.account},
          {"limit", limits_json(limit.limits)},
          {"spent", amounts_json(standing.spent)},
          {"held", amounts_json(standing.held)},
          {"estimated", amounts_json(standing.estimated)},
          {"window_seconds", limit.window.count() == 0 ? json::value(nullptr) : json::value(seconds(limit.window))},
          {"on_breach", to_string(limit.policy.on_breach)},
          {"tier", limit.policy.tier.empty() ? json::value(nullptr) : json::value(limit.policy.tier)}};
}

std::string budget_table(const std::vector<Standing>& standings) { return table(rows_of(standings)); }

std::string budget_csv(const std::vector<Standing>& standings) {
  auto text = csv_row({"account", "of", "limit", "spent", "held", "estimated", "window", "on_breach"});
  for (const auto& standing : standings)
    for (const auto& line : lines_of(standing))
      text += csv_row({standing.limit.account, line.kind, line.limit, line.spent, line.held, line.estimated,
                       window_text(standing.limit), policy_text(standing.limit.policy)});
  return text;
}

}  // namespace executus::cli
