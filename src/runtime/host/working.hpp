// The workers of a runtime.
#pragma once

#include <list>
#include <mutex>

#include <executus/base/result.hpp>
#include <executus/run/work.hpp>

#include "run/worker/scanner.hpp"
#include "runtime/host/settled.hpp"

namespace executus::host {

// A worker, and what it came to. Threads: any.
class Working final {
 public:
  Working(run::Scanner::Parts parts, WorkOptions options) : scanner_(parts, std::move(options)) {}

  [[nodiscard]] Task<void> work();  // once
  [[nodiscard]] Task<WorkSummary> finished();
  run::Scanner& scanner() noexcept { return scanner_; }

 private:
  run::Scanner scanner_;
  Settled<Result<WorkSummary>> summary_;
};

// Threads: any.
class Workers final {
 public:
  // Starts one in `group`, which is joined before this goes. Throws Error config.invalid.
  Working& start(RootGroup& group, run::Scanner::Parts parts, WorkOptions options);

 private:
  std::mutex mutex_;
  std::list<Working> workers_;
};

}  // namespace executus::host
