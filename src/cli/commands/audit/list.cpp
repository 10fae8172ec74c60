#include <algorithm>
#include <functional>
#include <limits>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "audit/spending_sum.hpp"
#include "cli/commands/audit/audit_rows.hpp"
#include "cli/commands/command_table.hpp"
#include "cli/input/run_statuses.hpp"
#include "cli/input/since.hpp"
#include "cli/lookup/run_ids.hpp"
#include "cli/output/csv.hpp"
#include "cli/output/table.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kPage = 200;
constexpr std::size_t kShown = 50;  // of a table, unless it is said otherwise
constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

audit::AuditFilter filter_of(CommandContext& context, const AuditList& options) {
  auto now = system_clock().wall();
  audit::AuditFilter filter;
  filter.agent = options.agent;
  filter.caller = context.person(options.caller);
  filter.statuses = parse_statuses(options.statuses);
  if (!options.tree.empty()) filter.tree = find_run(context, options.tree);
  if (!options.since.empty()) filter.since = parse_since(options.since, now);
  if (!options.until.empty()) filter.until = parse_since(options.until, now, "--until");
  return filter;
}

using TakePage = std::function<void(const std::vector<audit::AuditRun>&)>;

// Gives `take` the runs, newest first, a page at a time, so that not all of them are in memory at once. True: there are
// more than `limit`.
bool for_each_page(CommandContext& context, audit::AuditFilter filter, std::size_t limit, const TakePage& take) {
  for (auto left = limit;;) {
    filter.page.limit = std::clamp<std::size_t>(left, 1, kPage);
    auto page = context.runs().history(filter).get();
    if (page.empty() || left == 0) return !page.empty();
    filter.page.after = audit::place_of(page.back());
    left -= page.size();
    take(page);
  }
}

// Prints the runs of each page, with what `text` makes of one.
bool print_each(CommandContext& context, const audit::AuditFilter& filter, std::size_t limit,
                const std::function<std::string(const audit::AuditRun&)>& text) {
  return for_each_page(context, filter, limit, [&](const std::vector<audit::AuditRun>& page) {
    std::string lines;
    for (const auto& run : page) lines += text(run);
    context.print(lines);
  });
}

bool print_json(CommandContext& context, const audit::AuditFilter& filter, std::size_t limit) {
  const char* before = "[";
  bool more = print_each(context, filter, limit, [&](const audit::AuditRun& run) {
    auto text = before + write_json(to_json(run));
    before = ",\n ";
    return text;
  });
  context.print(*before == '[' ? "[]\n" : "]\n");
  return more;
}

bool print_csv(CommandContext& context, const audit::AuditFilter& filter, std::size_t limit) {
  context.print(csv_row(csv_heading()));
  return print_each(context, filter, limit, [](const audit::AuditRun& run) { return csv_row(csv_values(run)); });
}

bool print_table(CommandContext& context, const audit::AuditFilter& filter, std::size_t limit) {
  std::vector<Row> rows{table_heading()};
  audit::Spending sum;
  bool more = for_each_page(context, filter, limit, [&](const std::vector<audit::AuditRun>& page) {
    for (const auto& run : page) {
      rows.push_back(table_row(run));
      audit::add(sum, run);
    }
  });
  context.print(sum.runs == 0 ? no_runs(context, filter.agent) : table(rows) + total_text(sum) + "\n");
  return more;
}

bool print_runs(CommandContext& context, const audit::AuditFilter& filter, const AuditList& options) {
  const auto& globals = context.globals();
  if (globals.json) return print_json(context, filter, options.limit.value_or(kAll));
  if (options.csv) return print_csv(context, filter, options.limit.value_or(kAll));
  if (globals.quiet)
    return print_each(context, filter, options.limit.value_or(kAll),
                      [](const audit::AuditRun& run) { return run.info.run.str() + "\n"; });
  return print_table(context, filter, options.limit.value_or(kShown));
}

void say_more(const AuditList& options) {
  write_err("executus: there are older runs than these " + std::to_string(options.limit.value_or(kShown)) +
            ", which the sum leaves out: a higher --limit shows them, --by sums all\n");
}

audit::By by_of(const AuditList& options) {
  if (options.by == "caller") return audit::By::caller;
  return options.by == "tree" ? audit::By::tree : audit::By::agent;
}

void print_groups(CommandContext& context, const std::vector<audit::Spending>& groups, const AuditList& options) {
  auto by = by_of(options);
  boost::json::array array;
  std::vector<Row> rows{group_heading(by)};
  std::string csv = csv_row(group_csv_heading(by)), names;
  for (const auto& group : groups) {
    array.push_back(to_json(group, by));
    rows.push_back(group_row(group));
    csv += csv_row(group_csv_values(group));
    names += printable_line(group.of) + "\n";
  }
  const auto& globals = context.globals();
  if (globals.json) return context.print_json(array);
  if (options.csv || globals.quiet) return context.print(options.csv ? csv : names);
  context.print(groups.empty() ? no_runs(context, options.agent) : table(rows));
}

}  // namespace

Exit execute(CommandContext& context, const AuditList& options) {
  if (options.csv && context.globals().json) throw failed("cli.usage", "--csv and --json: say one of them");
  if (!options.by.empty() && options.limit)
    throw failed("cli.usage", "--limit and --by: groups are of all runs; --since and --until choose among them");
  context.only_reads();
  auto filter = filter_of(context, options);
  if (!options.by.empty()) {
    print_groups(context, context.runs().spent(filter, by_of(options)).get(), options);
  } else if (print_runs(context, filter, options)) {
    say_more(options);
  }
  return Exit::ok;
}

}  // namespace executus::cli
