// A run as the memory store keeps it, and what its rows tell. Pure.
#pragma once

#include <cstdint>
#include <list>
#include <set>
#include <string>
#include <vector>

#include <executus/journal/projection.hpp>
#include <executus/journal/store.hpp>

namespace executus::journal {

// An entry as a database would keep it: what the codec loses is lost here too.
struct StoredEntry {
  std::uint64_t seq = 0;
  WallTime at{};
  Milliseconds elapsed{0};
  int kind = 0;
  std::string body;
};

[[nodiscard]] StoredEntry stored(const Entry& entry);
[[nodiscard]] Entry restored(const StoredEntry& entry);
[[nodiscard]] bool same_entry(const StoredEntry& a, const Entry& b);

struct SentOut {
  Outgoing row;
  WallTime tried{};  // last; when the run ended, at first
};

struct MemoryRun {
  RunRow row;
  std::string fingerprint;
  std::vector<StoredEntry> entries;
  std::vector<Command> inbox;
  Target target;
  std::vector<SentOut> outbox;  // by end
};

// Takes what was appended into the row.
void advance(RunRow& row, const Projection& change, std::uint64_t last_seq, WallTime now);

// The run ended with its last entry.
void put_into_outbox(MemoryRun& run, WallTime now);
[[nodiscard]] bool is_due(const SentOut& sent, WallTime now);

[[nodiscard]] bool has_unread(const MemoryRun& run, const std::vector<std::int64_t>& consumed);
[[nodiscard]] bool fits_filter(const RunRow& row, const RunFilter& filter);
[[nodiscard]] bool is_told_to_end(const MemoryRun& run);
// Whether the run may have become claimable since then (RunFilter::changed_since).
[[nodiscard]] bool may_have_changed(const MemoryRun& run, WallTime since, WallTime now);
[[nodiscard]] bool has_open_child(const std::list<MemoryRun>& runs, const RunId& parent);

// Whether a worker could take the run up, if none drives it.
[[nodiscard]] bool wants_a_worker(const MemoryRun& run, const std::list<MemoryRun>& runs, WallTime now);

// The runs below `top`, at any depth.
[[nodiscard]] std::set<std::string> ids_below(const std::list<MemoryRun>& runs, const std::string& top);

}  // namespace executus::journal
