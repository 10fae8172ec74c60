// This store object as one of the workers of the database: its row, its lock, its lease.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <executus/base/clock.hpp>

#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/connection/liveness.hpp"
#include "store/sqlite/connection/locks.hpp"
#include "store/sqlite/database_file.hpp"

namespace executus::sqlite {

class Worker final {
 public:
  Worker(DatabaseFile database, const Clock& clock, Liveness& liveness);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // --- the writer's thread, inside its transactions

  [[nodiscard]] std::int64_t id() const noexcept { return id_; }  // -1: none yet
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  void join(Connection& connection);        // no effect when joined
  void joined();                            // the transaction of join() was committed
  void revoke();                            // the transaction of join() failed, or may have; no effect after joined()
  void look_again(Connection& connection);  // after the database was opened again: our row may not be in it
  void leave(Connection& connection);       // removes the row, when no run names it

  // --- any thread

  void heartbeat();
  [[nodiscard]] MonoTime lease_until() const { return lease().until; }
  [[nodiscard]] std::uint64_t lapses() const { return lapses_; }
  [[nodiscard]] std::int64_t joined_id() const { return lease().id; }  // -1: not joined

 private:
  struct Lease {
    std::int64_t id = -1;
    std::string name;
    MonoTime until = MonoTime::min();
  };
  void beat(const Lease& lease);
  [[nodiscard]] Lease lease() const;
  void set_lease(Lease lease);
  void forget();
  void bury_the_dead(Connection& connection);

  const DatabaseFile database_;
  const Clock& clock_;
  Liveness& liveness_;
  std::string name_;
  std::int64_t id_ = -1;
  bool confirmed_ = false;
  MonoTime joining_since_{};

  std::atomic<std::uint64_t> lapses_{0};
  mutable std::mutex lease_mutex_;
  Lease lease_;

  std::mutex beat_mutex_;  // heartbeats come one at a time
  std::unique_ptr<Connection> beat_connection_;
  const CheckpointLock beat_lock_;
};

}  // namespace executus::sqlite
