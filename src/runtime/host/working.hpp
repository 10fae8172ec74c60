// The workers of a runtime.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include <executus/base/result.hpp>
#include <executus/run/work.hpp>

#include "run/retention/keeping.hpp"
#include "run/worker/scanner.hpp"
#include "runtime/host/settled.hpp"
#include "runtime/schedules/firing.hpp"

namespace executus::host {

// A worker, and what it came to. Threads: any.
class Working final {
 public:
  Working(run::Scanner::Parts parts, Firing::Parts firing, const WorkOptions& options)
      : scanner_(parts, options),
        firing_(std::move(firing), options),
        keeping_({parts.loop, parts.executor, parts.store, parts.logger, options.retention}) {}

  [[nodiscard]] Task<void> work();  // once
  [[nodiscard]] static Task<WorkSummary> finished(std::shared_ptr<Working> working);
  void drain(Milliseconds window);
  void look() { scanner_.look(); }
  [[nodiscard]] bool is_over() const noexcept { return over_; }  // its task does nothing any more

 private:
  run::Scanner scanner_;
  Firing firing_;
  run::Keeping keeping_;
  Settled<Result<WorkSummary>> summary_;
  std::atomic<bool> over_ = false;
};

// Threads: any.
class Workers final {
 public:
  // Starts one in `group`, which is joined before this goes, and releases those that are over. Throws Error
  // config.invalid.
  std::shared_ptr<Working> start(RootGroup& group, run::Scanner::Parts parts, Firing::Parts firing,
                                 const WorkOptions& options);

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<Working>> workers_;
};

}  // namespace executus::host
