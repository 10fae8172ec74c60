// Which workers still live: the evidence on which runs are taken from a worker.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <executus/base/clock.hpp>
#include <executus/journal/store.hpp>

#include "store/sqlite/connection/locks.hpp"

namespace executus::sqlite {

using journal::kLease;

// The machine and its current boot: /etc/machine-id and the kernel's boot id. Either may be empty: not known.
struct Place {
  std::string host;
  std::string boot;
};
[[nodiscard]] Place this_place();

// A worker as its row shows it.
struct WorkerSeen {
  std::int64_t id = 0;
  Place place;
  std::int64_t beat = 0;
};

// Threads: any. A worker of this boot whose lock is free is dead, and so is one of an earlier boot of this machine. Of
// any other one (stopped, or out of sight) the beat has to stand still for the lease, as this object has seen it by the
// monotonic clock; wall clocks play no part.
class Liveness final {
 public:
  Liveness(const std::filesystem::path& database, const Clock& clock, Place here = this_place(),
           WorkerLocks::Use use = WorkerLocks::Use::hold_and_look)
      : clock_(clock), locks_(database, use), here_(std::move(here)) {}

  [[nodiscard]] bool is_alive(const WorkerSeen& worker);
  [[nodiscard]] bool is_certainly_dead(const WorkerSeen& worker) const;  // without waiting for its lease
  [[nodiscard]] const WorkerLocks& locks() const noexcept { return locks_; }
  [[nodiscard]] const Place& here() const noexcept { return here_; }

 private:
  [[nodiscard]] bool beats(const WorkerSeen& worker);

  struct Observation {
    std::int64_t beat;
    MonoTime since;
  };
  const Clock& clock_;
  const WorkerLocks locks_;
  const Place here_;
  std::mutex mutex_;
  std::map<std::int64_t, Observation> observed_;
};

}  // namespace executus::sqlite
