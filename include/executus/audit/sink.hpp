// The port `Audit` of the kernel (executus/run/audit.hpp), on an AuditStore.
//
//   audit::MemoryAudit records;
//   auto loop = executus::make_loop(1);
//   audit::AuditSink sink(&records, *loop);
//   options.ports.audit = std::addressof(sink);  // the runtime ends before the sink, the sink before its loop
//
// What happens in a run is queued, and written in order on a strand of `loop`, beside the run. The end of a stay waits
// until all of it was written, for as long as the kernel lets it (10 s). What the store throws is logged, and what it
// did not take is lost: the run goes on. A queue that grows beyond kMostUnwritten drops events; the record says how
// many (an event "events_lost").
//
// Threads: any.
#pragma once

#include <cstddef>
#include <memory>

#include <executus/async/root_group.hpp>
#include <executus/audit/store.hpp>
#include <executus/base/log.hpp>
#include <executus/run/audit.hpp>

namespace executus::audit {

inline constexpr std::size_t kMostUnwritten = 10'000;  // events of one run

class AuditSink final : public Audit {
 public:
  // Null `store`: no run is recorded. All referred to outlive this.
  AuditSink(AuditStore* store, Loop& loop, Logger& logger = null_logger())
      : store_(store), logger_(logger), tasks_(loop) {}

  [[nodiscard]] std::unique_ptr<AuditRecord> start_run(const RunInfo& info) override;

 private:
  AuditStore* store_;
  Logger& logger_;
  RootGroup tasks_;
};

}  // namespace executus::audit
