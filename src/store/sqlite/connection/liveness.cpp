#include "store/sqlite/connection/liveness.hpp"

#include <fstream>

namespace executus::sqlite {
namespace {

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

}  // namespace

Place this_place() { return {first_line("/etc/machine-id"), first_line("/proc/sys/kernel/random/boot_id")}; }

// An empty id is no evidence: two machines without an id are not the same machine.
bool Liveness::is_certainly_dead(const WorkerSeen& worker) const {
  bool boots_known = !here_.boot.empty() && !worker.place.boot.empty();
  bool same_machine = !here_.host.empty() && worker.place.host == here_.host;
  bool same_boot = boots_known ? worker.place.boot == here_.boot : same_machine;
  if (same_boot) return !locks_.is_held(worker.id);
  return boots_known && same_machine;
}

bool Liveness::is_alive(const WorkerSeen& worker) { return !is_certainly_dead(worker) && beats(worker); }

bool Liveness::beats(const WorkerSeen& worker) {
  auto now = clock_.mono();
  std::lock_guard lock(mutex_);
  auto [seen, is_new] = observed_.try_emplace(worker.id, Observation{worker.beat, now});
  if (is_new) return true;
  if (seen->second.beat != worker.beat) seen->second = {worker.beat, now};
  return now - seen->second.since < kLease;
}

}  // namespace executus::sqlite
