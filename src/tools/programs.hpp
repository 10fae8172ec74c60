// Runs programs for tasks: each on a thread of its own, so many at once, the others in line. The clock of a program
// begins when it starts, not while it waits.
#pragma once

#include <memory>

#include <executus/async/blocking_pool.hpp>

#include "tools/program.hpp"

namespace executus::tools {

class Programs final {
 public:
  static constexpr unsigned kAtOnce = 8;
  explicit Programs(unsigned at_once = kAtOnce) : threads_(at_once) {}

  // A task that is cancelled in line never starts its program; later, it ends when the program has been ended.
  [[nodiscard]] Task<ProgramEnd> run(ProgramSpec spec, std::shared_ptr<StartPermit> permit);

 private:
  Guard guard_;
  BlockingPool threads_;  // last: what runs on it uses the guard
};

}  // namespace executus::tools
