#include "cli/commands/budget/budget_report.hpp"

#include <boost/json.hpp>

#include "base/duration.hpp"
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

// Without the sign: for columns that say so.
std::string dollars_text(llm::NanoDollars cost) {
  auto text = to_string(cost);
  std::erase(text, '$');
  return text;
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
  std::vector<Line> lines;
  if (limit.limits.cost)
    lines.push_back({"usd", dollars_text(*limit.limits.cost), dollars_text(spent.cost), dollars_text(held.cost),
                     dollars_text(estimated.cost)});
  if (limit.limits.tokens)
    lines.push_back({"tokens", std::to_string(*limit.limits.tokens), std::to_string(spent.tokens),
                     std::to_string(held.tokens), std::to_string(estimated.tokens)});
  if (limit.limits.time)
    lines.push_back(
        {"seconds", seconds_text(*limit.limits.time), seconds_text(spent.time), "0", seconds_text(estimated.time)});
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

// RFC 4180. A text that a spreadsheet would take for a formula is quoted by an apostrophe.
std::string csv_field(std::string text) {
  if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos) text.insert(0, "'");
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
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
  std::string text = "account,of,limit,spent,held,estimated,window,on_breach\r\n";
  for (const auto& standing : standings)
    for (const auto& line : lines_of(standing)) {
      std::string row;
      for (const auto& field : {standing.limit.account, line.kind, line.limit, line.spent, line.held, line.estimated,
                                window_text(standing.limit), policy_text(standing.limit.policy)})
        row += (row.empty() ? "" : ",") + csv_field(field);
      text += row + "\r\n";
    }
  return text;
}

}  // namespace executus::cli
