// The view of a journal store as a history of its runs: what it shows is what the journal says, so it is never behind
// it, and nothing is written twice. A list reads the rows of its runs and their entries; spent() reads of each run the
// row and the last entry.
#pragma once

#include <executus/audit/history.hpp>

namespace executus::audit {

class JournalHistory final : public RunHistory {
 public:
  explicit JournalHistory(journal::JournalStore& store) : store_(store) {}  // outlives this

  [[nodiscard]] Task<std::optional<AuditRun>> find(RunId run) override;
  [[nodiscard]] Task<std::vector<AuditRun>> list(AuditFilter filter) override;
  [[nodiscard]] Task<std::vector<AuditEvent>> events(RunId run, std::uint64_t after, std::size_t limit) override;
  [[nodiscard]] Task<std::map<std::string, AuditRun>> last_of_each() override;
  [[nodiscard]] Task<std::vector<Spending>> spent(AuditFilter filter, By by) override;

 private:
  journal::JournalStore& store_;
};

}  // namespace executus::audit
