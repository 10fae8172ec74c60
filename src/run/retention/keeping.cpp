#include "run/retention/keeping.hpp"

#include <string>
#include <utility>

#include <executus/async/task_group.hpp>
#include <executus/async/timing.hpp>

#include "base/contained.hpp"

namespace executus::run {
namespace {

constexpr std::size_t kAtOnce = 1'000;                        // runs of an agent in a pass
constexpr Milliseconds kInterval = std::chrono::minutes(10);  // between two passes
constexpr Milliseconds kBreath = std::chrono::seconds(1);     // likewise, where more are left

}  // namespace

void Keeping::stop() { stop_.set(); }

Task<void> Keeping::work() {
  if (!parts_.rules) co_return;
  TaskGroup passes(co_await this_task());
  passes.spawn(pass_until_cancelled());
  try {
    co_await stop_.wait();
  } catch (const Cancelled&) {
  }
  passes.cancel({Cause::shutdown, "the worker is leaving"});
  co_await passes.join();
}

Task<void> Keeping::pass_until_cancelled() {
  try {
    for (;;) {
      bool more = co_await pass();
      co_await sleep_for(more ? kBreath : kInterval);
    }
  } catch (const Cancelled&) {  // its only end
  }
}

// True: more are to go.
Task<bool> Keeping::pass() {
  bool more = false;
  try {
    for (auto& rule : parts_.rules()) more = co_await apply(std::move(rule)) || more;
    co_return more;
  } catch (const Cancelled&) {
    throw;
  } catch (...) {
    log_caught(parts_.logger, LogLevel::error, {"ended runs were not erased as their agents' retention says"});
  }
  co_return false;
}

Task<bool> Keeping::apply(KeepRuns rule) {
  if (!rule.keep) co_return false;
  PruneOptions options;
  options.ended_before = parts_.loop.clock().wall() - *rule.keep;
  options.agent = rule.agent;
  options.at_most = kAtOnce;
  auto pruned = co_await prune_runs(parts_.executor, parts_.store, std::move(options));
  if (!pruned.erased.empty())
    parts_.logger.log(LogLevel::info, "erased " + std::to_string(pruned.erased.size()) + " ended runs of '" +
                                          rule.agent + "', as its retention says");
  co_return pruned.erased.size() >= kAtOnce;
}

}  // namespace executus::run
