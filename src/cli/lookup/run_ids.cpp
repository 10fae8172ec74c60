#include "cli/lookup/run_ids.hpp"

#include <algorithm>
#include <set>

#include <executus/run/run_json.hpp>
#include <executus/run/standing.hpp>

#include "base/text.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kCandidates = 10;
constexpr std::size_t kNewest = 1'000;

Error no_such_run(std::string message) { return failed("cli.run", std::move(message)); }

RunId newest_run(CommandContext& context, const std::string& agent) {
  journal::RunFilter filter;
  filter.agent = agent;
  filter.started = journal::RunFilter::Started::by_a_caller;
  filter.limit = 1;
  auto rows = context.runs().list(std::move(filter)).get();
  if (rows.empty() && !agent.empty())
    throw no_such_run("there is no run of agent '" + printable_line(agent) + "' yet that a caller started");
  if (rows.empty()) throw no_such_run("there is no run yet; start one with `executus run AGENT PROMPT`");
  return rows.front().id;
}

// The newest runs, as lines to choose from.
std::string newest_lines(CommandContext& context) {
  journal::RunFilter filter;
  filter.limit = 3;
  std::string lines;
  for (const auto& row : context.runs().list(std::move(filter)).get())
    lines += "\n  " + row.id.str() + "  " + std::string(to_string(row.status)) + "  " + printable_line(row.agent);
  return lines.empty() ? "; there is no run yet" : "; the newest runs are:" + lines;
}

}  // namespace

RunId find_run(CommandContext& context, const std::string& named, const std::string& agent) {
  if (named == "@last") return newest_run(context, agent);
  if (!RunId::parse(named)) throw no_such_run("'" + printable_line(named) + "' is not a run id");
  auto found = context.runs().complete_id(named, kCandidates + 1).get();
  for (const auto& id : found)
    if (id.str() == named) return id;
  if (found.empty()) throw no_such_run("no run's id begins with '" + named + "'" + newest_lines(context));
  if (found.size() == 1) return found.front();
  std::string lines;
  for (std::size_t i = 0; i < std::min(found.size(), kCandidates); ++i) lines += "\n  " + found[i].str();
  throw no_such_run("more than one run's id begins with '" + named + "'; type more of it:" + lines +
                    (found.size() > kCandidates ? "\n  ..." : ""));
}

std::vector<std::string> agents_with_runs(CommandContext& context) {
  journal::RunFilter filter;
  filter.limit = kNewest;
  std::set<std::string> agents;
  for (const auto& row : context.runs().list(std::move(filter)).get()) agents.insert(row.agent);
  return {agents.begin(), agents.end()};
}

std::string no_runs(CommandContext& context, const std::string& agent) {
  if (agent.empty()) return "no runs\n";
  return "no runs of agent '" + printable_line(agent) + "'" + did_you_mean(agent, agents_with_runs(context)) + "\n";
}

Error no_such_run(const RunId& run) { return no_such_run("run " + run.str() + " does not exist"); }

journal::RunRow find_row(CommandContext& context, const RunId& run) {
  auto row = context.runs().row(run).get();
  if (!row) throw no_such_run(run);
  return std::move(*row);
}

bool is_driven(CommandContext& context, const journal::RunRow& row) {
  return executus::is_driven(row, context.runs().left_for_recovery({row}).get());
}

}  // namespace executus::cli
