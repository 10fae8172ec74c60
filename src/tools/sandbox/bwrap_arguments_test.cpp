#include "tools/sandbox/bwrap_arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace executus::tools {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

const MachineLayout kMachine{{"/usr"}, {{"/bin", "usr/bin"}}, {"/etc/passwd"}, {"/proc/sys"}};

std::string joined(const Words& words) {
  std::string text;
  for (const auto& word : words) text += word + " ";
  return text;
}

std::string arguments(const SandboxPolicy& policy, const SandboxedPlace& place) {
  return joined(bwrap_arguments(policy, kMachine, place, place.root, {"ls", "-l"}));
}

TEST(BwrapArguments, ShowTheSystemAndTheRootAndNothingElse) {  // [SBX-01]
  auto text = arguments({}, {"/work/p", {}, {}, {}});
  EXPECT_THAT(text,
              HasSubstr("--unshare-user --disable-userns --unshare-ipc --unshare-pid --unshare-net --unshare-uts"));
  EXPECT_THAT(text,
              HasSubstr("--cap-drop ALL --ro-bind /usr /usr --symlink usr/bin /bin --ro-bind /etc/passwd "
                        "/etc/passwd --proc /proc --ro-bind /proc/sys /proc/sys --dev /dev --size 536870912 "
                        "--tmpfs /tmp --bind /work/p /work/p --remount-ro / --chdir /work/p -- /bin/sh -c ulimit"));
  EXPECT_TRUE(text.ends_with(" sh ls -l ")) << text;
}

TEST(BwrapArguments, HoldTheProgramToItsLimits) {  // [SBX-01]
  SandboxPolicy policy;
  policy.memory_bytes = 1 << 20, policy.file_bytes = 1 << 20, policy.processes = 9;
  EXPECT_THAT(
      arguments(policy, {"/work/p", {}, {}, {}}),
      HasSubstr("ulimit -f 2048; ulimit -d 1024; ulimit -n 4096 2>/dev/null; ulimit -u 9 2>/dev/null || ulimit -p 9"));
}

TEST(BwrapArguments, GiveWhatThePolicyNames) {  // [SBX-01]
  SandboxPolicy policy;
  policy.root_is_writable = false;
  policy.read = {"/opt/sdk"}, policy.write = {"build"};
  EXPECT_THAT(arguments(policy, {"/work/p", {}, {}, {}}),
              HasSubstr("--ro-bind /opt/sdk /opt/sdk --ro-bind /work/p /work/p --bind /work/p/build /work/p/build"));
}

TEST(BwrapArguments, KeepGitFromRunningWhatAProgramWrote) {  // [SBX-01]
  SandboxedPlace place{
      "/work/p", {{"/work/p/.git"}, {"/work/p/.git/config"}}, {"/work/p/a.db"}, {"/work/p/a.db.files"}};
  EXPECT_THAT(arguments({}, place), HasSubstr("--ro-bind /work/p/.git /work/p/.git --ro-bind /dev/null /work/p/a.db "
                                              "--tmpfs /work/p/a.db.files --remount-ro /work/p/a.db.files"));
  SandboxPolicy granted;
  granted.git = SandboxPolicy::Git::write;
  EXPECT_THAT(arguments(granted, place), HasSubstr("--bind /work/p/.git /work/p/.git --ro-bind /work/p/.git/config"));
}

TEST(BwrapArguments, NeverGiveTheSystemAway) {  // [SBX-01]
  for (const char* root : {"/", "/home", "/tmp", "/run/user/1000", "/var/run", "/proc/1", "/etc"})
    EXPECT_THAT(problem_of({}, {root, {}, {}, {}}), HasSubstr("folder of the system")) << root;
  SandboxPolicy policy;
  policy.write = {"../.."};
  EXPECT_THAT(problem_of(policy, {"/work/p", {}, {}, {}}), HasSubstr("'/'"));
  EXPECT_EQ(problem_of({}, {"/work/p", {}, {}, {}}), "");
}

TEST(SandboxPolicies, ComeBackFromTheirStoredForm) {  // [SBX-01]
  SandboxPolicy policy{{"/a"}, {"b"}, false, SandboxPolicy::Git::write, 1, 2, 3, 4};
  EXPECT_EQ(sandbox_policy_from(to_json(policy)), policy);
  EXPECT_EQ(sandbox_policy_from({}), SandboxPolicy{});
}

}  // namespace
}  // namespace executus::tools
