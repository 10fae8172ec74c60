// What the workers of a MemoryJournal share.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <executus/base/error.hpp>
#include <executus/journal/memory_store.hpp>

#include "journal/memory_run.hpp"
#include "journal/turns.hpp"

namespace executus::journal {

struct MemoryJournal::State {
  explicit State(const Clock& c) : clock(c) {}

  MemoryRun* find(const RunId& id) {
    auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : found->second;
  }
  bool is_driven(const MemoryRun& run) const { return !run.row.worker.empty() && !dead.contains(run.row.worker); }
  void check_there() const {
    if (away)
      throw Error(ErrorKind::disconnected, "store.away", "the journal in memory was told to be away; try again later");
  }

  // A run may be claimable now. Under the mutex.
  void tell_watches() const {
    for (const auto& [number, told] : watches) told();
  }

  // Under the mutex: a command comes; every open run below is told to end, but not below one that ended well.
  void deliver(MemoryRun& run, Command command);
  void put_into_inbox(MemoryRun& run, Command command);  // as of its `at`
  void cancel_below(const std::string& parent);

  // What the listings of JournalStore tell, under the mutex.
  std::vector<RunRow> claimable(const RunFilter& filter, const std::string& self) const;
  std::vector<RunRow> list(const RunFilter& filter) const;
  std::vector<RunRow> below(const RunId& top, std::size_t limit) const;
  std::vector<RunId> complete_id(const std::string& prefix, std::size_t limit) const;
  std::uint64_t size() const;

  // Places, under the mutex: JournalStore is the contract.
  bool has_place(const MemoryRun& run) const;
  Turns turns(const MemoryRun* but = nullptr) const;  // with those that are driven, but one
  std::optional<QueueLimit> limit_on(const MemoryRun& run) const;
  void set_limit(QueueLimit limit);
  std::vector<QueueLimit> all_limits() const;
  std::vector<QueueLoad> load() const;

  // Under the mutex: JournalStore::erase.
  Erased erase(const RunId& id, Erasing how);

  // The outbox, under the mutex: JournalStore is the contract.
  std::vector<Outgoing> outgoing_due(std::size_t limit, const std::vector<Target>& without) const;
  bool take_outgoing(const RunId& id, std::uint64_t seq, int tries);
  void settle_outgoing(OutgoingTry result);
  std::optional<Outgoing> outgoing_of(const RunId& id);
  std::vector<Outgoing> outgoing_in(OutgoingState state, std::size_t limit);
  bool send_again(const RunId& id);

  const Clock& clock;
  mutable std::mutex mutex;
  std::list<MemoryRun> runs;  // in order of admission; addresses stay
  std::unordered_map<RunId, MemoryRun*> by_id;
  std::set<std::string> dead;
  std::set<RunId> erased;
  std::map<std::pair<LimitOf, std::string>, QueueLimit> limits;
  std::int64_t last_command = 0;
  std::int64_t last_run = 0;
  std::uint64_t commits = 0;
  int workers = 0;
  bool away = false;
  std::map<std::uint64_t, std::function<void()>> watches;  // in the order they began
};

class MemoryJournal::Watching final : public Watch {
 public:
  Watching(std::shared_ptr<State> state, std::function<void()> told) : state_(std::move(state)) {
    std::lock_guard lock(state_->mutex);
    number_ = state_->watches.empty() ? 0 : state_->watches.rbegin()->first + 1;
    state_->watches.emplace(number_, std::move(told));
  }
  ~Watching() override {
    std::lock_guard lock(state_->mutex);
    state_->watches.erase(number_);
  }

 private:
  const std::shared_ptr<State> state_;
  std::uint64_t number_ = 0;
};

}  // namespace executus::journal
