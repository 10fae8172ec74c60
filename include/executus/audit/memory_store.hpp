// Records in this process's memory, until purge() or erase(): for tests, and for hosts that show what runs now.
#pragma once

#include <map>
#include <mutex>
#include <utility>

#include <executus/audit/store.hpp>

namespace executus::audit {

class MemoryAudit final : public AuditStore {
 public:
  [[nodiscard]] Task<int> start(RunInfo info) override;
  [[nodiscard]] Task<void> append(RunId run, AuditEvent event) override;
  [[nodiscard]] Task<void> finish(RunId run, int stay, RunStats stats, WallTime at) override;
  [[nodiscard]] Task<bool> erase(RunId run) override;
  [[nodiscard]] Task<std::size_t> purge(WallTime before) override;

  [[nodiscard]] Task<std::optional<AuditRun>> find(RunId run) override;
  [[nodiscard]] Task<std::vector<AuditRun>> list(AuditFilter filter) override;
  [[nodiscard]] Task<std::vector<AuditEvent>> events(RunId run, std::uint64_t after, std::size_t limit) override;

 private:
  struct Record {
    AuditRun run;
    std::vector<AuditEvent> events;
  };
  using Place = std::pair<WallTime, std::int64_t>;

  // With mutex_ held.
  Record* record_of(const RunId& run);
  bool is_below(const AuditRun& run, const RunId& top);
  bool fits(const AuditRun& run, const AuditFilter& filter);

  std::mutex mutex_;
  std::int64_t last_number_ = 0;
  std::map<Place, Record> records_;
  std::map<RunId, Place> places_;
};

}  // namespace executus::audit
