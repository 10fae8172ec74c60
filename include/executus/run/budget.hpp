// Port: whether a caller may still spend.
//
// Absent: unlimited. Threads: called on the run's strand. check() is asked before any model call of this process;
// commit() once at the end, not cancelled with the run and given 10 s. Exceptions: of check() refuse the run; of
// commit() are logged.
#pragma once

#include <optional>
#include <string>

#include <executus/async/task.hpp>
#include <executus/run/run_info.hpp>

namespace executus {

class Budget {
 public:
  virtual ~Budget() = default;

  // Why the run is refused, for people; nothing: go ahead.
  [[nodiscard]] virtual Task<std::optional<std::string>> check(RunInfo info) = 0;

  // What this process's part of the run took.
  [[nodiscard]] virtual Task<void> commit(RunInfo info, Milliseconds used) = 0;
};

}  // namespace executus
