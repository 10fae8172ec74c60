#include "tools/sandbox/remedy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::tools {
namespace {

using ::testing::HasSubstr;

TEST(SandboxRemedy, NamesWhatToDo) {  // [SBX-02]
  KernelSettings plain, apparmor{true, false, false}, off{false, true, false}, container{false, false, true};
  auto denied = "bwrap: setting up uid map: Permission denied";
  EXPECT_THAT(why_no_sandbox(denied, apparmor), HasSubstr("kernel.apparmor_restrict_unprivileged_userns=0"));
  EXPECT_THAT(why_no_sandbox("bwrap: Creating new namespace failed: Operation not permitted", off),
              HasSubstr("user.max_user_namespaces"));
  EXPECT_THAT(why_no_sandbox("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", container),
              HasSubstr("systempaths=unconfined"));
  EXPECT_THAT(why_no_sandbox("bwrap: No permissions to create new namespace", container),
              HasSubstr("seccomp=unconfined"));
  EXPECT_THAT(why_no_sandbox("bwrap: Unknown option --disable-userns", plain), HasSubstr("version 0.8.0 or later"));
  EXPECT_THAT(why_no_sandbox("bwrap: a new kind of trouble\n", plain),
              HasSubstr("(it says: bwrap: a new kind of trouble)"));
}

}  // namespace
}  // namespace executus::tools
