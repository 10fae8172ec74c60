#include "cli/commands/project/idle_worker.hpp"

#include <chrono>
#include <thread>
#include <utility>

#include <executus/runtime/runtime.hpp>

#include "cli/commands/project/cpu_time.hpp"

namespace executus::cli {
namespace {

constexpr std::chrono::hours kFarAway{24 * 365};
constexpr std::chrono::seconds kWarmUp{1};

journal::Admission admission_of(const RunId& run) {
  journal::Admission admission;
  admission.id = run;
  admission.agent = "bench";
  admission.durability = Durability::relaxed;
  admission.entry = {1, {}, {}, journal::Admitted{}};
  return admission;
}

Task<void> put_to_sleep(journal::JournalStore& store, RunId run, WallTime now) {
  (void)co_await store.admit(admission_of(run));
  journal::Append parks;
  parks.run = run;
  parks.epoch = 1;
  parks.after = 1;
  parks.entries.push_back({2, now, {}, journal::Waited{WaitReason::timer, {}, "", now + kFarAway}});
  (void)co_await store.append(std::move(parks));
  co_await store.release(std::move(run), 1, journal::Attempt::does_not_count);
}

void put_to_sleep(Runtime& runtime, int runs) {
  RootGroup group(runtime.loop());
  const auto& clock = runtime.loop().clock();
  for (int i = 0; i < runs; ++i) group.spawn(put_to_sleep(runtime.journal(), RunId::generate(clock), clock.wall()));
  group.join();
}

}  // namespace

double measure_idle_worker_percent(const std::string& database, int sleeping_runs, double seconds) {
  RuntimeOptions options;
  options.database = database;
  Runtime runtime(std::move(options));
  put_to_sleep(runtime, sleeping_runs);
  Worker worker = runtime.work();
  std::this_thread::sleep_for(kWarmUp);
  double before = cpu_seconds();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  double used = cpu_seconds() - before;
  worker.drain();
  (void)worker.join();
  return 100 * used / seconds;
}

}  // namespace executus::cli
