// What was run, and what it took: runs with how they ended, their tokens, cost and time, by agent, caller and tree.
//
//   audit::JournalHistory history(runtime.journal());  // on executus's own stores: a view of the journal
//   audit::AuditFilter mine;
//   mine.caller = "ann";
//   for (const audit::AuditRun& run : co_await history.list(mine)) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/async/task.hpp>
#include <executus/journal/store.hpp>
#include <executus/run/run_info.hpp>

namespace executus::audit {

struct AuditRun {
  std::int64_t number = 0;  // given by the store, grows with every run, never given twice
  RunInfo info = {};
  RunId root = {};      // the run at the top of its tree, as far as the store knew when it began
  RunStats stats = {};  // as of its last stay that is over; status `running` during the first
  int stays = 0;        // how often a process took it up
  WallTime updated{};   // when something was written about it last
  std::optional<WallTime> ended = {};
  // Of a view of the journal: why the run's journal cannot be read. Of `info` there is what a list of runs shows then,
  // of `stats` neither texts, nor time, nor tools.
  std::string unreadable = {};
};

// What the agent of a run is known by: its id, or its name where it has none.
[[nodiscard]] inline const std::string& subject_of(const RunInfo& info) {
  return info.subject.empty() ? info.name : info.subject;
}

// A place in a list of runs.
using journal::RunPlace;
[[nodiscard]] inline RunPlace place_of(const AuditRun& run) { return {run.info.started_at, run.number}; }

// Something that happened in a run. `kind` is an open vocabulary: of a view of the journal the kinds of entries, of the
// sink "step", "tool", and what else the kernel tells an AuditRecord.
struct AuditEvent {
  std::uint64_t seq = 0;  // from 1, without gaps
  WallTime at{};
  std::string kind = {};
  boost::json::object detail = {};
};

// A part of a list: at most `limit` runs, of those behind `after`, which need not be the place of a run any more. The
// next page: after = place_of(the last run of this one).
struct Page {
  std::size_t limit = 100;
  std::optional<RunPlace> after = {};
};

struct AuditFilter {
  std::string subject = {};  // empty, of each of these: all
  std::string agent = {};    // by name
  std::string caller = {};
  RunId parent = {};
  RunId tree = {};                                   // this run and those below it
  enum class Level { any, top } level = Level::any;  // top: runs without a parent
  std::vector<RunStatus> statuses = {};
  std::optional<WallTime> since = {};  // started at or after
  std::optional<WallTime> until = {};  // started before
  Page page = {};
};

// What a group of runs took.
struct Spending {
  std::string of = {};  // the agent, the caller, or the root of the tree
  std::size_t runs = 0;
  std::map<RunStatus, std::size_t> outcomes = {};
  llm::Usage usage = {};
  llm::CostSum cost = {};
  Milliseconds runtime{0};  // of the runs that are not `untimed`
  std::size_t untimed = 0;  // runs whose time cannot be read
};
enum class By { agent, caller, tree };

// Port: reading. Two of these behave alike: a store of audits, and a view of a journal store.
//
// Lists are newest first, by (time started, number), so runs of one millisecond are told apart. Threads: all methods
// from any. Cancellation: ends the call. Errors: Error "store.*".
class RunHistory {
 public:
  virtual ~RunHistory() = default;

  [[nodiscard]] virtual Task<std::optional<AuditRun>> find(RunId run) = 0;
  [[nodiscard]] virtual Task<std::vector<AuditRun>> list(AuditFilter filter) = 0;
  // In the order they happened, those behind number `after`.
  [[nodiscard]] virtual Task<std::vector<AuditEvent>> events(RunId run, std::uint64_t after, std::size_t limit) = 0;

  // Made of the three above. Those that are virtual walk through many runs: a store that can answer at once does.
  [[nodiscard]] Task<std::vector<AuditRun>> by_subject(std::string subject, Page page = Page());
  [[nodiscard]] Task<std::vector<AuditRun>> by_caller(std::string caller, Page page = Page());
  [[nodiscard]] Task<std::vector<AuditRun>> top_level(Page page = Page());
  [[nodiscard]] Task<std::vector<AuditRun>> children(RunId parent, Page page = Page());
  // The runs below it, at any depth, all of them.
  [[nodiscard]] Task<std::vector<AuditRun>> below(RunId run);
  // Its parent, the parent of that, and so on; ends at a run that is not there, and where damaged records lead round in
  // a circle: no run twice, nor `run` itself.
  [[nodiscard]] virtual Task<std::vector<AuditRun>> ancestors(RunId run);
  [[nodiscard]] Task<std::optional<AuditRun>> last_of(std::string subject);
  [[nodiscard]] virtual Task<std::map<std::string, AuditRun>> last_of_each();  // by subject
  // All runs that `filter` selects (its page is not used), in groups: the dearest first, of equal ones those with more
  // tokens. Runs without a caller are one group, named "".
  [[nodiscard]] virtual Task<std::vector<Spending>> spent(AuditFilter filter, By by);
};

}  // namespace executus::audit
