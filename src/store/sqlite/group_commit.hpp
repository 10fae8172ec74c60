// The writer: one thread that commits whatever all runs have queued in one transaction, and then tells each how its
// part ended. Also the only one that checkpoints (docs/adr/0002-sqlite-checkpoints.md).
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "store/sqlite/connection/locks.hpp"
#include "store/sqlite/connection/wake_file.hpp"
#include "store/sqlite/wal_upkeep.hpp"
#include "store/sqlite/work.hpp"
#include "store/sqlite/worker.hpp"
#include "store/sqlite/writer_connection.hpp"

namespace executus::sqlite {

class GroupCommit final {
 public:
  GroupCommit(DatabaseFile database, Milliseconds deferral, std::function<void()> on_commit, Worker& worker,
              Liveness& liveness, const Clock& clock);
  ~GroupCommit();  // commits what is queued, deferred entries included
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Any thread. Every work submitted is answered or failed.
  void submit(std::unique_ptr<Work> work);

  // Any thread. Written with the run's next work, or after `deferral`.
  void defer(EncodedAppend append);

 private:
  using Instant = std::chrono::steady_clock::time_point;  // of real threads: no Clock has a say in it

  void run();
  [[nodiscard]] std::optional<Batch> next_batch();  // empty: nothing to do for a while; nothing: the end
  void gather(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] bool wakes_writer();
  [[nodiscard]] Batch take_batch(Instant now);
  void take_work(Batch& batch, std::unique_ptr<Work> work);
  void keep_deferred(EncodedAppend append);

  class Sweeping;
  void open();
  void submit_unless_stopping(std::unique_ptr<Work> work);  // the writer's thread

  void write(Batch batch);
  void commit(const Batch& batch, std::vector<std::exception_ptr>& refused);
  void fail(Batch& batch, const std::exception_ptr& why);
  void keep_unwritten(Batch& batch, Work::Fate fate);
  void checkpoint(Connection::Checkpoint how);
  void close();

  const DatabaseFile database_;
  const Milliseconds deferral_;
  const std::function<void()> on_commit_;
  Worker& worker_;
  Liveness& liveness_;
  const Clock& clock_;
  const CheckpointLock checkpoint_lock_;
  const WakeFile wake_file_;

  std::mutex mutex_;
  std::condition_variable wake_;
  Batch queue_;
  std::unordered_map<RunId, EncodedAppend> deferred_;
  Instant flush_at_{};       // when all of them are due; set while there are any
  std::size_t awaited_ = 0;  // the writer sleeps until this many works are queued; 0: it is awake
  bool stopping_ = false;

  std::unique_ptr<WriterConnection> connection_;  // null: to be opened again
  std::vector<Stray> strays_;
  WalUpkeep upkeep_;
  std::size_t last_batch_ = 0;
  std::thread thread_;
};

}  // namespace executus::sqlite
