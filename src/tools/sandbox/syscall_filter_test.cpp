#include "tools/sandbox/syscall_filter.hpp"

#include <cerrno>
#include <cstring>
#include <tuple>

#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/socket.h>

namespace executus::tools {
namespace {

constexpr std::uint32_t kAllowed = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kForbidden = SECCOMP_RET_ERRNO | EPERM;
constexpr std::uint32_t kAbsent = SECCOMP_RET_ERRNO | ENOSYS;

struct Machine {
  Architecture architecture;
  std::uint32_t audit, clone;
};
constexpr Machine kMachines[] = {{Architecture::x86_64, AUDIT_ARCH_X86_64, 56},
                                 {Architecture::aarch64, AUDIT_ARCH_AARCH64, 220}};

// What the kernel would do with a call: the filter, step by step, as it runs it.
std::uint32_t action_of(const std::vector<FilterStep>& filter, seccomp_data call) {
  std::uint32_t loaded = 0;
  for (std::size_t at = 0; at < filter.size(); ++at) {
    const auto& step = filter[at];
    auto go = [&](bool holds) { at += holds ? step.if_true : step.if_false; };
    if (step.code == (BPF_RET | BPF_K)) return step.value;
    if (step.code == (BPF_LD | BPF_W | BPF_ABS))
      std::memcpy(&loaded, reinterpret_cast<const char*>(&call) + step.value, sizeof loaded);
    else if (step.code == (BPF_JMP | BPF_JEQ | BPF_K))
      go(loaded == step.value);
    else if (step.code == (BPF_JMP | BPF_JGE | BPF_K))
      go(loaded >= step.value);
    else if (step.code == (BPF_JMP | BPF_JSET | BPF_K))
      go((loaded & step.value) != 0);
    else
      ADD_FAILURE() << "an instruction that is not known: " << step.code;
  }
  ADD_FAILURE() << "the filter has no end";
  return 0;
}

std::uint32_t action_on(const Machine& machine, std::uint32_t number, std::uint64_t first = 0) {
  seccomp_data call{};
  call.nr = static_cast<int>(number), call.arch = machine.audit, call.args[0] = first;
  return action_of(syscall_filter(machine.architecture), call);
}

TEST(SyscallFilter, RefusesWhatLeadsOutOfASandbox) {  // [SBX-01]
  for (const auto& machine : kMachines)
    for (const char* name : {"ptrace", "mount", "keyctl", "bpf", "perf_event_open", "unshare", "setns",
                             "io_uring_setup", "userfaultfd", "open_by_handle_at", "kexec_load"}) {
      auto number = refused_call(machine.architecture, name);
      ASSERT_TRUE(number) << name;
      EXPECT_EQ(action_on(machine, *number), kForbidden) << name;
    }
  EXPECT_FALSE(refused_call(Architecture::aarch64, "iopl"));
}

TEST(SyscallFilter, HasTheNumbersOfEachArchitecture) {  // [SBX-01]
  const std::tuple<const char*, std::uint32_t, std::uint32_t> numbers[] = {
      {"ptrace", 101, 117},      {"mount", 165, 40},          {"unshare", 272, 97},          {"setns", 308, 268},
      {"keyctl", 250, 219},      {"add_key", 248, 217},       {"perf_event_open", 298, 241}, {"bpf", 321, 280},
      {"userfaultfd", 323, 282}, {"io_uring_setup", 425, 425}};
  for (const auto& [name, x86_64, aarch64] : numbers) {
    EXPECT_EQ(refused_call(Architecture::x86_64, name), x86_64) << name;
    EXPECT_EQ(refused_call(Architecture::aarch64, name), aarch64) << name;
  }
}

TEST(SyscallFilter, AllowsTheRest) {  // [SBX-01]
  EXPECT_EQ(action_on(kMachines[0], 0), kAllowed) << "read";
  EXPECT_EQ(action_on(kMachines[0], 59), kAllowed) << "execve";
  EXPECT_EQ(action_on(kMachines[1], 63), kAllowed) << "read";
  EXPECT_EQ(action_on(kMachines[1], 221), kAllowed) << "execve";
}

TEST(SyscallFilter, AllowsProcessesAndThreadsButNoNamespaces) {  // [SBX-01]
  for (const auto& machine : kMachines) {
    EXPECT_EQ(action_on(machine, machine.clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND), kAllowed);
    for (std::uint64_t flag : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET, CLONE_NEWPID})
      EXPECT_EQ(action_on(machine, machine.clone, flag | CLONE_VM), kForbidden);
    EXPECT_EQ(action_on(machine, 435), kAbsent) << "clone3";
  }
}

TEST(SyscallFilter, AllowsSocketsThatStayInItsNetwork) {  // [SBX-01]
  for (auto [machine, socket, pair] : {std::tuple{kMachines[0], 41u, 53u}, std::tuple{kMachines[1], 198u, 199u}})
    for (auto number : {socket, pair}) {
      for (std::uint64_t family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK})
        EXPECT_EQ(action_on(machine, number, family), kAllowed) << family;
      for (std::uint64_t family : {AF_VSOCK, AF_PACKET, AF_BLUETOOTH, AF_ALG, AF_UNSPEC, 200})
        EXPECT_EQ(action_on(machine, number, family), SECCOMP_RET_ERRNO | EAFNOSUPPORT) << family;
    }
}

TEST(SyscallFilter, KnowsOneArchitecture) {  // [SBX-01]
  seccomp_data call{};
  call.arch = AUDIT_ARCH_I386, call.nr = 3;
  EXPECT_EQ(action_of(syscall_filter(Architecture::x86_64), call), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(action_of(syscall_filter(Architecture::aarch64), call), SECCOMP_RET_KILL_PROCESS);
  EXPECT_EQ(action_on(kMachines[0], 0x40000000 + 101), kAbsent) << "the numbers of x32";
}

TEST(SyscallFilter, IsWrittenAsTheKernelReadsIt) {  // [SBX-01]
  auto filter = syscall_filter(Architecture::x86_64);
  auto bytes = bytes_of(filter);
  ASSERT_EQ(bytes.size(), filter.size() * sizeof(sock_filter));
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x20\0\0\0\x04\0\0\0", 8)) << "load the architecture";
}

}  // namespace
}  // namespace executus::tools
