#include "store/sqlite/worker.hpp"

#include <utility>
#include <vector>

#include <unistd.h>

#include <executus/base/error.hpp>
#include <executus/base/ids.hpp>

#include "store/sqlite/format/schema.hpp"

namespace executus::sqlite {

Worker::Worker(DatabaseFile database, const Clock& clock, Liveness& liveness)
    : database_(std::move(database)),
      clock_(clock),
      liveness_(liveness),
      name_(RunId::generate(clock).str()),
      beat_lock_(database_.path) {}

Worker::~Worker() { forget(); }

// The lock is held before the row can be seen: a row without a lock means a dead worker.
void Worker::join(Connection& connection) {
  if (id_ >= 0) return;
  joining_since_ = clock_.mono();
  bury_the_dead(connection);
  const auto& here = liveness_.here();
  Statement(connection, "INSERT INTO workers(name, host, boot, pid, started, format) VALUES(?,?,?,?,?,?)")
      .run(name_, here.host, here.boot, ::getpid(), clock_.wall().time_since_epoch().count(), kSchemaVersion);
  id_ = connection.last_id();
  if (liveness_.locks().hold(id_)) return;
  id_ = -1;
  throw Error(ErrorKind::disconnected, "store.io",
              "the lock of a new worker on " + database_.path.string() + ".workers could not be taken; try again");
}

// Rows of workers that are certainly gone and that no run names.
void Worker::bury_the_dead(Connection& connection) {
  std::vector<WorkerSeen> idle;
  {
    Statement all(connection,
                  "SELECT id, host, boot FROM workers w "
                  "WHERE NOT EXISTS (SELECT 1 FROM runs WHERE ended=0 AND worker=w.id)");
    auto rows = all.query();
    while (rows.next()) idle.push_back({rows.integer(0), {std::string(rows.text(1)), std::string(rows.text(2))}, 0});
  }
  Statement remove(connection, "DELETE FROM workers WHERE id=?");
  for (const auto& worker : idle)
    if (liveness_.is_certainly_dead(worker)) remove.run(worker.id);
}

void Worker::joined() {
  if (id_ < 0 || confirmed_) return;
  confirmed_ = true;
  set_lease({id_, name_, joining_since_ + kLease});
}

// If the row was committed after all, it reads as a dead worker's, since its lock is free: the next join() takes
// another id.
void Worker::revoke() {
  if (!confirmed_) forget();
}

void Worker::forget() {
  if (id_ < 0) return;
  liveness_.locks().let_go(id_);
  id_ = -1;
  confirmed_ = false;
  name_ = RunId::generate(clock_).str();
  set_lease({});
}

void Worker::look_again(Connection& connection) {
  if (id_ < 0) return;
  Statement find(connection, "SELECT 1 FROM workers WHERE id=? AND name=?");
  if (!find.query(id_, name_).next()) forget();
}

void Worker::leave(Connection& connection) {
  if (id_ < 0) return;
  Statement(connection,
            "DELETE FROM workers WHERE id=?1 AND NOT EXISTS (SELECT 1 FROM runs WHERE ended=0 AND worker=?1)")
      .run(id_);
}

void Worker::set_lease(Lease lease) {
  std::lock_guard lock(lease_mutex_);
  lease_ = std::move(lease);
}

Worker::Lease Worker::lease() const {
  std::lock_guard lock(lease_mutex_);
  return lease_;
}

void Worker::heartbeat() {
  std::lock_guard one_at_a_time(beat_mutex_);
  auto held = lease();
  if (held.id < 0) return;
  auto started = clock_.mono();
  try {
    beat(held);
  } catch (...) {
    beat_connection_ = nullptr;
    throw;
  }
  if (held.until < clock_.mono()) ++lapses_;  // counted before the lease holds again
  std::lock_guard lock(lease_mutex_);
  if (lease_.id == held.id) lease_.until = started + kLease;
}

// Without fsync: after a power loss this worker is gone anyway.
void Worker::beat(const Lease& lease) {
  if (!beat_connection_ || beat_connection_->was_replaced()) {
    beat_connection_ = nullptr;
    beat_connection_ = open_database(database_);
    beat_connection_->execute("PRAGMA synchronous=NORMAL");
  }
  auto held = beat_lock_.for_writing(database_.busy_timeout);
  Statement(*beat_connection_, "UPDATE workers SET beat=beat+1 WHERE id=? AND name=?").run(lease.id, lease.name);
  if (beat_connection_->changes() == 1) return;
  throw Error(ErrorKind::disconnected, "store.replaced",
              "this worker is not in the database " + database_.path.string() +
                  " any more; was the file replaced while it was in use?");
}

}  // namespace executus::sqlite
