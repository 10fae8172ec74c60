#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include <executus/audit/journal_history.hpp>
#include <executus/fanout/fanout.hpp>
#include <executus/run/run_json.hpp>

#include "audit/spending_sum.hpp"
#include "audit/told_run.hpp"

namespace executus::audit {
namespace {

constexpr std::size_t kRows = 500;
constexpr std::size_t kEntries = 500;
constexpr std::size_t kReadAtOnce = 8;  // journals
constexpr std::size_t kAll = std::numeric_limits<std::int64_t>::max();

// In a catch block: why the journal of a run cannot be read. What is no such reason is thrown on.
std::string why_unreadable(const Error& error) {
  if (!error.code().starts_with("journal.")) throw;
  return error.message();
}

Task<AuditRun> read_run(journal::JournalStore& store, journal::RunRow row) {
  auto run = run_of(row);
  std::string last_said;
  for (std::uint64_t after = 0;;) {
    auto entries = co_await store.read(row.id, after, kEntries);
    tell(run, entries, last_said);
    if (entries.size() < kEntries) break;
    after = entries.back().seq;
  }
  if (!is_terminal(run.stats.status)) run.stats.output.clear();
  co_return run;
}

// A run whose journal cannot be read hides no other.
Task<AuditRun> read_if_readable(journal::JournalStore& store, journal::RunRow row) {
  std::string why;
  try {
    co_return co_await read_run(store, row);
  } catch (const Error& error) {
    why = why_unreadable(error);
  }
  auto run = run_of(row);
  run.unreadable = std::move(why);
  co_return run;
}

// The subjects of definitions, each read once. They are not in the rows of runs, but equal definitions have equal
// versions there.
class Subjects {
 public:
  explicit Subjects(journal::JournalStore& store) : store_(store) {}

  Task<std::string> of(const journal::RunRow& row) {
    if (auto known = by_version_.find(row.version); known != by_version_.end()) co_return known->second;
    auto run = run_of(row);
    try {
      auto entries = co_await store_.read(row.id, row.definition - 1, 1);
      std::string ignored;
      tell(run, entries, ignored);
    } catch (const Error& error) {
      (void)why_unreadable(error);
    }
    co_return by_version_.emplace(row.version, subject_of(run.info)).first->second;
  }

 private:
  journal::JournalStore& store_;
  std::map<std::string, std::string> by_version_;
};

bool is_behind(const RunPlace& one, const RunPlace& other) {
  return std::pair(one.time, one.number) < std::pair(other.time, other.number);
}

journal::RunFilter row_filter(const AuditFilter& asked) {
  journal::RunFilter filter;
  filter.agent = asked.agent;
  filter.caller = asked.caller;
  filter.parent = asked.parent.str();
  filter.statuses = asked.statuses;
  filter.since = asked.since;
  filter.after = asked.page.after;
  if (asked.level == AuditFilter::Level::top) filter.started = journal::RunFilter::Started::without_parent;
  if (asked.until) {  // a place in front of all runs of that moment
    RunPlace end{*asked.until, 0};
    if (!filter.after || is_behind(end, *filter.after)) filter.after = end;
  }
  filter.limit = kRows;
  return filter;
}

// The rows that a filter selects, newest first.
class Rows {
 public:
  Rows(journal::JournalStore& store, AuditFilter asked, std::size_t at_once = kRows)
      : store_(store), asked_(std::move(asked)), filter_(row_filter(asked_)), subjects_(store) {
    filter_.limit = std::max<std::size_t>(1, std::min(at_once, kRows));
  }

  // The next of them, in order; empty: there are no more.
  Task<std::vector<journal::RunRow>> next_page() {
    if (!begun_) co_await begin();
    std::vector<journal::RunRow> wanted;
    while (wanted.empty() && !last_) {
      auto page = co_await store_.list(filter_);
      last_ = page.size() < filter_.limit;
      if (!page.empty()) filter_.after = journal::place_of(page.back());
      for (auto& row : page) {
        bool fits = co_await is_wanted(row);
        if (fits) wanted.push_back(std::move(row));
      }
      // Where rows are passed over, the next page is a larger one.
      if (wanted.size() < page.size()) filter_.limit = std::min(2 * filter_.limit, kRows);
    }
    co_return wanted;
  }

 private:
  // Of a run in the middle of a tree the index has the whole tree: what is not below it is passed over.
  Task<void> begin() {
    begun_ = true;
    if (asked_.tree.empty()) co_return;
    auto top = co_await store_.find(asked_.tree);
    last_ = !top;
    if (!top) co_return;
    filter_.root = top->root;
    if (top->root == top->id.str()) co_return;
    members_.emplace().insert(top->id);
    for (const auto& row : co_await store_.below(top->id, kAll)) members_->insert(row.id);
  }
  Task<bool> is_wanted(const journal::RunRow& row) {
    if (members_ && !members_->contains(row.id)) co_return false;
    if (asked_.subject.empty()) co_return true;
    auto subject = co_await subjects_.of(row);
    co_return subject == asked_.subject;
  }

  journal::JournalStore& store_;
  AuditFilter asked_;
  journal::RunFilter filter_;
  Subjects subjects_;
  std::optional<std::set<RunId>> members_;  // nothing: all that the filter selects
  bool begun_ = false, last_ = false;
};

// What `read` makes of each row, in the order of the rows. Journals are read side by side, but not so many of them that
// they fill the memory.
template <class Read>
auto read_each(std::vector<journal::RunRow> rows, Read read) -> Task<std::vector<AuditRun>> {
  TaskContext context = co_await this_task();
  fanout::Options<journal::RunRow> options;
  options.bounds.max_concurrent = kReadAtOnce;
  auto results = co_await fanout::run(std::move(rows), std::move(options), std::move(read));
  context.scope->throw_if_cancelled();
  std::vector<AuditRun> runs;
  for (auto& result : results) runs.push_back(std::move(result).value());
  co_return runs;
}

// What the row says, and of the last entry for how long the run was owned and running.
Task<AuditRun> read_time(journal::JournalStore& store, journal::RunRow row) {
  auto run = run_of(row);
  try {
    auto last = co_await store.read(row.id, row.last_seq - 1, 1);
    if (!last.empty()) run.stats.runtime = last.front().elapsed;
  } catch (const Error& error) {
    run.unreadable = why_unreadable(error);
  }
  co_return run;
}

AuditEvent event_of(const journal::Entry& entry) {
  AuditEvent event{entry.seq, entry.at, std::string(journal::kind_name(journal::kind_of(entry.payload))),
                   to_json(entry)};
  for (const char* told : {"seq", "at", "kind"}) event.detail.erase(told);
  return event;
}

}  // namespace

Task<std::optional<AuditRun>> JournalHistory::find(RunId run) {
  auto row = co_await store_.find(std::move(run));
  if (!row) co_return std::nullopt;
  co_return co_await read_if_readable(store_, std::move(*row));
}

Task<std::vector<AuditRun>> JournalHistory::list(AuditFilter filter) {
  auto limit = filter.page.limit;
  Rows rows(store_, std::move(filter), limit);
  std::vector<journal::RunRow> wanted;
  while (wanted.size() < limit) {
    auto page = co_await rows.next_page();
    if (page.empty()) break;
    for (auto& row : page)
      if (wanted.size() < limit) wanted.push_back(std::move(row));
  }
  co_return co_await read_each(std::move(wanted),
                               [&store = store_](const journal::RunRow& row) { return read_if_readable(store, row); });
}

Task<std::vector<AuditEvent>> JournalHistory::events(RunId run, std::uint64_t after, std::size_t limit) {
  std::vector<AuditEvent> found;
  for (const auto& entry : co_await store_.read(std::move(run), after, limit)) found.push_back(event_of(entry));
  co_return found;
}

// The rows tell which runs are the last: the entries of the others are not read.
Task<std::map<std::string, AuditRun>> JournalHistory::last_of_each() {
  Rows rows(store_, AuditFilter());
  Subjects subjects(store_);
  std::map<std::string, AuditRun> newest;
  for (auto page = co_await rows.next_page(); !page.empty(); page = co_await rows.next_page())
    for (auto& row : page) {
      auto subject = co_await subjects.of(row);
      if (newest.contains(subject)) continue;
      auto run = co_await read_if_readable(store_, std::move(row));
      newest.emplace(std::move(subject), std::move(run));
    }
  co_return newest;
}

Task<std::vector<Spending>> JournalHistory::spent(AuditFilter filter, By by) {
  Rows rows(store_, std::move(filter));
  SpendingSum sum(by);
  for (auto page = co_await rows.next_page(); !page.empty(); page = co_await rows.next_page()) {
    auto runs = co_await read_each(std::move(page),
                                   [&store = store_](const journal::RunRow& row) { return read_time(store, row); });
    for (const auto& run : runs) sum.add(run);
  }
  co_return std::move(sum).groups();
}

}  // namespace executus::audit
