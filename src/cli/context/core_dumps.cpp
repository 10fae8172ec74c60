#include "cli/context/core_dumps.hpp"

#include <cstdlib>
#include <string_view>

#include <sys/prctl.h>

namespace executus::cli {

// Not by RLIMIT_CORE: a core_pattern that is a pipe gets the dump all the same.
void forbid_core_dumps() noexcept {
  const char* wanted = std::getenv("EXECUTUS_CORE_DUMPS");  // NOLINT(concurrency-mt-unsafe): before any thread
  if (!wanted || std::string_view(wanted) != "1") ::prctl(PR_SET_DUMPABLE, 0);
}

}  // namespace executus::cli
