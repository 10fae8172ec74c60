// A run that is driven in this process: what it had come to when the process let go of it.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include <executus/async/root_group.hpp>
#include <executus/run/outcome.hpp>

#include "runtime/host/settled.hpp"

namespace executus::host {

// Threads: any. Any number of tasks may wait.
class LocalRun final {
 public:
  // `kept`: false when no store has the run, so that this outcome is all there will be.
  explicit LocalRun(bool kept) : kept_(kept) {}

  void set(RunOutcome outcome);

  // For runs that no store has: ends it as cancelled by its caller.
  void driven_by(RootHandle root);
  void cancel(std::string reason);  // of several the first reason counts
  [[nodiscard]] static Task<RunOutcome> outcome(std::shared_ptr<LocalRun> self);
  [[nodiscard]] bool kept() const noexcept { return kept_; }

 private:
  const bool kept_;
  Settled<RunOutcome> outcome_;
  std::mutex mutex_;
  std::optional<RootHandle> root_;
  std::string reason_;
};

// Those that are driven now, by id. Threads: any.
class LocalRuns final {
 public:
  void add(const RunId& run, std::shared_ptr<LocalRun> local);
  void remove(const RunId& run, const std::shared_ptr<LocalRun>& local);
  [[nodiscard]] std::shared_ptr<LocalRun> find(const RunId& run);  // null: none

 private:
  std::mutex mutex_;
  std::unordered_map<RunId, std::shared_ptr<LocalRun>> runs_;
};

}  // namespace executus::host
