// Port: a host's own record of runs. On executus's stores the journal is the record already; this is for hosts that
// keep one elsewhere.
//
// Absent: nothing is recorded. Threads: called on the run's strand, in order, after the journal has the entry that is
// told. Exceptions: contained and logged; they never change a run.
#pragma once

#include <memory>
#include <string_view>

#include <boost/json/object.hpp>

#include <executus/async/task.hpp>
#include <executus/run/outcome.hpp>
#include <executus/run/run_info.hpp>

namespace executus {

// One run's record, closed exactly once by the process that ends the run, parks it or leaves it.
class AuditRecord {
 public:
  virtual ~AuditRecord() = default;

  virtual void on_step(int /*iteration*/, const llm::Response&) {}
  virtual void on_tool(const Activity&) {}

  // Anything else that happened; `kind` is an open vocabulary ("compaction_fired", "critic", ...).
  virtual void log_event(std::string_view /*kind*/, const boost::json::object& /*detail*/) {}

  // Not cancelled with the run, and given 10 s.
  [[nodiscard]] virtual Task<void> close(RunStats stats) = 0;
};

class Audit {
 public:
  virtual ~Audit() = default;
  [[nodiscard]] virtual std::unique_ptr<AuditRecord> start_run(const RunInfo& info) = 0;  // null: this run is not kept
};

}  // namespace executus
