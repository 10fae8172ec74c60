#include "cli/context/core_dumps.hpp"

#include <cstdlib>

#include <gtest/gtest.h>
#include <sys/prctl.h>

namespace executus::cli {
namespace {

// Of this process, which is dumpable again afterwards.
int dumpable_after(const char* wanted) {
  ::setenv("EXECUTUS_CORE_DUMPS", wanted, 1);
  ::prctl(PR_SET_DUMPABLE, 1);
  forbid_core_dumps();
  int dumpable = ::prctl(PR_GET_DUMPABLE);
  ::prctl(PR_SET_DUMPABLE, 1);
  ::unsetenv("EXECUTUS_CORE_DUMPS");
  return dumpable;
}

TEST(CoreDumps, AreForbiddenUnlessWanted) {
  EXPECT_EQ(dumpable_after(""), 0);
  EXPECT_EQ(dumpable_after("0"), 0);
  EXPECT_EQ(dumpable_after("1"), 1);
}

}  // namespace
}  // namespace executus::cli
