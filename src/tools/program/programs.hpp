// Runs programs for tasks: each on a thread of its own, a bounded number at once, the others wait in line. A program's
// time limit counts from its start, not from when it began to wait.
#pragma once

#include <memory>

#include <executus/async/blocking_pool.hpp>

#include "tools/program/program.hpp"

namespace executus::tools {

class Programs final {
 public:
  static constexpr unsigned kAtOnce = 8;
  explicit Programs(Guard& guard, unsigned at_once = kAtOnce) : guard_(guard), threads_(at_once) {}

  // A task that is cancelled in line never starts its program; later, it ends when the program has been ended.
  [[nodiscard]] Task<ProgramEnd> run(ProgramSpec spec, std::shared_ptr<StartPermit> permit);

 private:
  Guard& guard_;
  BlockingPool threads_;  // last: its work uses the guard
};

}  // namespace executus::tools
