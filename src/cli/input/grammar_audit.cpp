// `executus audit`.
#include "cli/input/grammar.hpp"

namespace executus::cli {

void Grammar::add_audit() {
  auto list = std::make_shared<AuditList>();
  auto& app = leaf(app_, "audit", "Show what was run and what it took: time, tokens, cost, tools, outcome", list,
                   "  executus audit --since 7d\n"
                   "  executus audit --by agent --since 30d       # spending by agent; also: caller, tree\n"
                   "  executus audit --tree @last                 # a run and those below it\n"
                   "  executus audit --caller ann --csv > ann.csv\n\n"
                   "A cost is that of a run's own calls. One call without a known price makes it unknown.");
  text(app, "--agent", list->agent, "Only runs of this agent", "NAME");
  text(app, "--caller", list->caller, "Only runs of this caller", "NAME");
  text(app, "--tree", list->tree, "Only this run and those below it", "RUN");
  text(app, "--since", list->since, "Only runs started since: 2h, 30d, 2026-01-31", "WHEN");
  text(app, "--until", list->until, "Only runs started before: 2h, 30d, 2026-01-31", "WHEN");
  texts(app, "--status", list->statuses, "Only this status; repeatable", "STATUS");
  text(app, "--by", list->by, "Sum all of them by agent, caller or tree instead", "WHAT")
      .check(CLI::IsMember({"agent", "caller", "tree"}));
  count_from_one(app, "--limit", list->limit, "At most so many; default: 50, with --csv, --json and -q all", "N");
  flag(app, "--csv", list->csv, "A row for each run, of comma-separated values (RFC 4180)");
}

}  // namespace executus::cli
