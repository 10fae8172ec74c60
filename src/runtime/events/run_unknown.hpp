// What is asked of a run that is not in the store.
#pragma once

#include <executus/base/error.hpp>
#include <executus/base/ids.hpp>

namespace executus {

[[nodiscard]] inline Error run_unknown(const RunId& run) {
  return failed("run.unknown", "there is no run '" + run.str() + "' in this store");
}

}  // namespace executus
