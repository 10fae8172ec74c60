#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/outcome_json.hpp"
#include "cli/since.hpp"
#include "cli/table.hpp"

namespace executus::cli {
namespace {

journal::RunFilter list_filter(const RunsList& options) {
  journal::RunFilter filter;
  for (const auto& name : options.statuses) {
    auto status = parse_run_status(name);
    if (!status) {
      std::vector<std::string_view> names;
      for (auto each : {RunStatus::queued, RunStatus::running, RunStatus::waiting, RunStatus::quarantined,
                        RunStatus::ok, RunStatus::error, RunStatus::timeout, RunStatus::cancelled, RunStatus::killed})
        names.push_back(to_string(each));
      std::string list;
      for (auto each : names) list += (list.empty() ? "" : ", ") + std::string(each);
      throw failed("cli.usage", "--status '" + name + "' is none of " + list + did_you_mean(name, names));
    }
    filter.statuses.push_back(*status);
  }
  filter.agent = options.agent;
  filter.caller = options.caller;
  if (!options.since.empty()) filter.since = parse_since(options.since, system_clock().wall());
  filter.limit = options.limit;
  return filter;
}

std::vector<std::string> list_row(const journal::RunRow& row) {
  std::string status(to_string(row.status));
  if (!row.reason.empty()) status += " (" + std::string(clip(printable_line(row.reason), 40)) + ")";
  return {row.id.str(), printable_line(row.agent), rfc3339(row.created).substr(0, 19) + "Z", std::to_string(row.steps),
          std::move(status)};
}

}  // namespace

Exit execute(Session& session, const RunsList& options) {
  auto rows = session.wait(session.journal().list(list_filter(options)));
  const auto& globals = session.globals();
  if (globals.json) {
    boost::json::array list;
    for (const auto& row : rows) list.push_back(to_json(row));
    session.print_json(list);
    return Exit::ok;
  }
  std::vector<std::vector<std::string>> lines{{"RUN", "AGENT", "CREATED", "STEPS", "STATUS"}};
  std::string ids;
  for (const auto& row : rows) {
    lines.push_back(list_row(row));
    ids += row.id.str() + "\n";
  }
  if (globals.quiet)
    session.print(ids);
  else
    session.print(rows.empty() ? "no runs\n" : table(lines));
  return Exit::ok;
}

}  // namespace executus::cli
