// Journals in this process's memory: for runs that need not survive it, and for tests. Nothing is written to a disk,
// but entries are kept encoded as a database keeps them, and what is read is what decodes.
//
// A MemoryJournal is the place, shared by as many workers as are opened on it; a worker is a JournalStore. Workers do
// not expire: one is dead when a test declares it so. Deferred entries are appended at once.
#pragma once

#include <cstdint>
#include <memory>

#include <executus/journal/store.hpp>

namespace executus::journal {

class MemoryJournal final {
 public:
  explicit MemoryJournal(const Clock& clock);  // the clock outlives the journal and its workers
  ~MemoryJournal();
  MemoryJournal(const MemoryJournal&) = delete;
  MemoryJournal& operator=(const MemoryJournal&) = delete;

  // One more worker. It may outlive this object.
  [[nodiscard]] std::unique_ptr<JournalStore> open_worker();

  // From now on others may take over what `worker` drives. It can still try to write, as a stopped process that wakes
  // does. `worker` was opened here.
  void declare_dead(const JournalStore& worker);

  // Between these two every call that writes throws Error "store.away" and changes nothing.
  void go_away();
  void come_back();

  // Durable boundaries so far: each would be a commit of a store with a disk. Deferred entries do not count.
  [[nodiscard]] std::uint64_t commits() const;

 private:
  struct State;
  class Worker;
  class Watching;
  std::shared_ptr<State> state_;
};

// A journal of its own with one worker.
[[nodiscard]] std::unique_ptr<JournalStore> make_memory_store(const Clock& clock);

}  // namespace executus::journal
