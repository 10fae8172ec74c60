#include "tools/sandbox/bwrap_arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/sandbox/shown_places.hpp"

namespace executus::tools {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Words = std::vector<std::string>;

const SandboxedPlace kProject{"/work/p", {{"/work/p", true}}};
const MachineLayout kMachine{{"/usr"}, {{"/bin", "usr/bin"}}, {"/etc/passwd"}, {"/proc/sys"}};

std::string joined(const Words& words) {
  std::string text;
  for (const auto& word : words) text += word + " ";
  return text;
}

std::string arguments(const SandboxPolicy& policy, const SandboxedPlace& place) {
  return joined(bwrap_arguments(policy, kMachine, place, place.root, {"LD_X"}, {"ls", "-l"}));
}

TEST(BwrapArguments, ShowTheSystemAndTheRootAndNothingElse) {  // [SBX-01]
  auto text = arguments({}, kProject);
  EXPECT_THAT(text,
              HasSubstr("--unshare-user --disable-userns --unshare-ipc --unshare-pid --unshare-net --unshare-uts"));
  EXPECT_THAT(text,
              HasSubstr("--cap-drop ALL --seccomp 4 --ro-bind /usr /usr --symlink usr/bin /bin --ro-bind /etc/passwd "
                        "/etc/passwd --proc /proc --ro-bind /proc/sys /proc/sys --dev /dev --size 536870912 "
                        "--tmpfs /dev/shm --size 536870912 --tmpfs /tmp --bind /work/p /work/p --remount-ro / "
                        "--chdir /work/p -- /bin/sh -c ulimit"));
  EXPECT_TRUE(text.ends_with(" sh ls -l ")) << text;
}

TEST(BwrapArguments, HoldTheProgramToItsLimits) {  // [SBX-01]
  SandboxPolicy policy;
  policy.memory_bytes = 1 << 20, policy.file_bytes = 1 << 20, policy.processes = 9;
  EXPECT_THAT(
      arguments(policy, kProject),
      HasSubstr("ulimit -f 2048; ulimit -d 1024; ulimit -n 4096 2>/dev/null; ulimit -u 9 2>/dev/null || ulimit -p 9"));
}

TEST(BwrapArguments, GiveWhatIsShown) {  // [SBX-01]
  EXPECT_THAT(arguments({}, {"/work/p", {{"/opt/sdk"}, {"/work/p"}, {"/work/p/build", true}}}),
              HasSubstr("--ro-bind /opt/sdk /opt/sdk --ro-bind /work/p /work/p --bind /work/p/build /work/p/build"));
}

TEST(BwrapArguments, HandVariablesInUnderAnotherName) {  // [SBX-01]
  EXPECT_THAT(arguments({}, kProject), HasSubstr("; LD_X=$SANDBOXED_LD_X; export LD_X; unset SANDBOXED_LD_X; exec"));
}

TEST(ShownPlaces, ComeInTheOrderOfTheirMounts) {  // [SBX-01]
  using Places = std::vector<ShownPlace>;
  EXPECT_EQ(in_order_of_mounts({{"/p", true}, {"/p/a"}, {"/p/out", true}, {"/b"}}),
            (Places{{"/b"}, {"/p", true}, {"/p/a"}}))
      << "what is read-only lies on top; what is writable anyway is no mount";
  EXPECT_EQ(in_order_of_mounts({{"/p"}, {"/p/a/b", true}, {"/p/a/b/c"}, {"/p/ab"}}),
            (Places{{"/p"}, {"/p/a/b", true}, {"/p/a/b/c"}}));
  EXPECT_EQ(in_order_of_mounts({{"/p", true}, {"/p"}}), (Places{{"/p"}}));
}

TEST(BwrapArguments, KeepGitFromRunningWhatAProgramWrote) {  // [SBX-01]
  SandboxedPlace place{"/work/p",          {{"/work/p", true}}, {"/work/p/.git"},
                       {"/work/p/agents"}, {"/work/p/a.db"},    {"/work/p/a.db.files"}};
  EXPECT_THAT(arguments({}, place),
              HasSubstr("--ro-bind /work/p/.git /work/p/.git --ro-bind /work/p/agents /work/p/agents --ro-bind "
                        "/dev/null /work/p/a.db --tmpfs /work/p/a.db.files --remount-ro /work/p/a.db.files"));
}

SandboxedPlace rooted_at(const std::string& root) { return {root, {{root, true}}}; }

TEST(BwrapArguments, NeverGiveTheSystemAway) {  // [SBX-01]
  for (const char* root : {"/", "/home", "/tmp", "/run/user/1000", "/var/run", "/proc/1", "/etc", "/etc/x", "/usr/lib"})
    EXPECT_THAT(problem_of(rooted_at(root), {}), HasSubstr("folder of the system")) << root;
  EXPECT_EQ(problem_of(kProject, {}), "");
  EXPECT_EQ(problem_of({"/work/p", {{"/usr/share/x"}, {"/work/p", true}}}, {}), "");
}

TEST(BwrapArguments, NeverGiveAHomeAway) {  // [SBX-01]
  const std::vector<std::string> homes{"/data/people/ada"};
  for (const char* root : {"/data", "/data/people", "/data/people/ada"})
    EXPECT_THAT(problem_of(rooted_at(root), homes), HasSubstr("home folder")) << root;
  EXPECT_EQ(problem_of(rooted_at("/data/people/ada/project"), homes), "");
  EXPECT_EQ(problem_of(rooted_at("/data/people/ad"), homes), "");
}

TEST(SandboxPolicies, ComeBackFromTheirStoredForm) {  // [SBX-01]
  SandboxPolicy policy{{"/a"}, {"b"}, false, SandboxPolicy::Git::write, 1, 2, 3, 4};
  EXPECT_EQ(sandbox_policy_from(to_json(policy)), policy);
  EXPECT_EQ(sandbox_policy_from({}), SandboxPolicy{});
}

}  // namespace
}  // namespace executus::tools
