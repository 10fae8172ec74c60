#include <boost/json.hpp>

#include <executus/run/run_json.hpp>
#include <executus/run/standing.hpp>

#include "cli/commands/command_table.hpp"
#include "cli/input/run_statuses.hpp"
#include "cli/input/since.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kMost = 1'000'000'000;
constexpr std::size_t kStandingWidth = 60;

journal::RunFilter list_filter(CommandContext& context, const RunsList& options) {
  journal::RunFilter filter;
  filter.statuses = parse_statuses(options.statuses);
  filter.agent = options.agent;
  filter.caller = context.person(options.caller);
  if (!options.since.empty()) filter.since = parse_since(options.since, system_clock().wall());
  filter.channel = options.channel;
  if (!options.root.empty()) filter.root = find_run(context, options.root).str();
  if (!options.before.empty()) filter.after = journal::place_of(find_row(context, find_run(context, options.before)));
  bool tells = options.limit > 0 && options.limit < kMost;
  filter.limit = tells ? options.limit + 1 : options.limit;  // one more tells whether there are more
  return filter;
}

// Takes away the row that only tells there are more, and says so.
void cut(const RunsList& options, std::vector<journal::RunRow>& rows) {
  if (rows.size() <= options.limit) return;
  rows.resize(options.limit);
  write_err("executus: there are older runs than these " + std::to_string(rows.size()) +
            ": the same command with --before " + rows.back().id.str() + ", or a higher --limit\n");
}

std::vector<std::string> list_row(const journal::RunRow& row, const std::set<RunId>& left) {
  return {row.id.str(), printable_line(row.agent), rfc3339(row.created).substr(0, 19) + "Z", std::to_string(row.steps),
          printable_line(standing_of(row, left), kStandingWidth)};
}

std::vector<std::string> undelivered_row(const journal::RunRow& row, const journal::Outgoing& end) {
  return {end.run.str(),
          printable_line(row.agent),
          printable_line(end.target.kind + " " + end.target.id),
          std::to_string(end.tries),
          std::string(to_string(end.state)),
          printable_line(end.detail, kStandingWidth)};
}

// Runs whose end did not arrive.
Exit list_undelivered(CommandContext& context, std::size_t limit) {
  boost::json::array list;
  std::vector<std::vector<std::string>> lines{{"RUN", "AGENT", "TARGET", "TRIES", "STATE", "WHY"}};
  std::string ids;
  for (const auto& end : context.runs().undelivered(limit).get()) {
    auto row = context.wait(context.runtime().journal().find(end.run));
    if (!row) continue;  // erased meanwhile
    auto object = executus::to_json(*row);
    object["delivery"] = executus::to_json(end);
    list.push_back(std::move(object));
    lines.push_back(undelivered_row(*row, end));
    ids += end.run.str() + "\n";
  }
  if (context.globals().json)
    context.print_json(list);
  else if (context.globals().quiet)
    context.print(ids);
  else
    context.print(list.empty() ? "no delivery is open or was refused\n" : table(lines));
  return Exit::ok;
}

}  // namespace

Exit execute(CommandContext& context, const RunsList& options) {
  context.only_reads();
  if (options.undelivered) return list_undelivered(context, options.limit);
  auto rows = context.runs().list(list_filter(context, options)).get();
  cut(options, rows);
  const auto& globals = context.globals();
  if (globals.json) {
    boost::json::array list;
    for (const auto& row : rows) list.push_back(executus::to_json(row));
    context.print_json(list);
    return Exit::ok;
  }
  std::set<RunId> left;
  if (!globals.quiet) left = context.runs().left_for_recovery(rows).get();
  std::vector<std::vector<std::string>> lines{{"RUN", "AGENT", "CREATED", "STEPS", "STATUS"}};
  std::string ids;
  for (const auto& row : rows) {
    if (!globals.quiet) lines.push_back(list_row(row, left));
    ids += row.id.str() + "\n";
  }
  if (globals.quiet)
    context.print(ids);
  else
    context.print(rows.empty() ? no_runs(context, options.agent) : table(lines));
  return Exit::ok;
}

}  // namespace executus::cli
