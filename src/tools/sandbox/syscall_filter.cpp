#include "tools/sandbox/syscall_filter.hpp"

#include <cerrno>
#include <cstddef>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>

namespace executus::tools {
namespace {

constexpr std::uint32_t kNone = ~0u;  // there is no such call
constexpr std::uint32_t kX32 = 0x40000000;

struct RefusedCall {
  std::string_view name;
  std::uint32_t x86_64, aarch64;
};

// From the kernel's tables of system calls.
constexpr RefusedCall kRefused[] = {
    {"ptrace", 101, 117},
    {"process_vm_readv", 310, 270},
    {"process_vm_writev", 311, 271},
    {"kcmp", 312, 272},
    {"pidfd_getfd", 438, 438},
    {"mount", 165, 40},
    {"umount2", 166, 39},
    {"pivot_root", 155, 41},
    {"chroot", 161, 51},
    {"open_tree", 428, 428},
    {"move_mount", 429, 429},
    {"fsopen", 430, 430},
    {"fsconfig", 431, 431},
    {"fsmount", 432, 432},
    {"fspick", 433, 433},
    {"mount_setattr", 442, 442},
    {"unshare", 272, 97},
    {"setns", 308, 268},
    {"add_key", 248, 217},
    {"request_key", 249, 218},
    {"keyctl", 250, 219},
    {"bpf", 321, 280},
    {"perf_event_open", 298, 241},
    {"io_uring_setup", 425, 425},
    {"io_uring_enter", 426, 426},
    {"io_uring_register", 427, 427},
    {"userfaultfd", 323, 282},
    {"init_module", 175, 105},
    {"finit_module", 313, 273},
    {"delete_module", 176, 106},
    {"kexec_load", 246, 104},
    {"kexec_file_load", 320, 294},
    {"reboot", 169, 142},
    {"swapon", 167, 224},
    {"swapoff", 168, 225},
    {"acct", 163, 89},
    {"quotactl", 179, 60},
    {"open_by_handle_at", 304, 265},
    {"syslog", 103, 116},
    {"iopl", 172, kNone},
    {"ioperm", 173, kNone},
};

struct Special {
  std::uint32_t audit, clone, clone3, socket, socketpair;
};
constexpr Special of_x86_64{AUDIT_ARCH_X86_64, 56, 435, 41, 53};
constexpr Special of_aarch64{AUDIT_ARCH_AARCH64, 220, 435, 198, 199};

// Families of sockets that a network namespace holds; AF_VSOCK, as one of others, leads out of it.
constexpr std::uint32_t kFamilies[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

#if defined(__x86_64__)
static_assert(SYS_ptrace == 101 && SYS_mount == 165 && SYS_keyctl == 250 && SYS_bpf == 321 && SYS_clone == 56 &&
              SYS_unshare == 272 && SYS_perf_event_open == 298 && SYS_userfaultfd == 323 && SYS_socket == 41 &&
              SYS_socketpair == 53);
#elif defined(__aarch64__)
static_assert(SYS_ptrace == 117 && SYS_mount == 40 && SYS_keyctl == 219 && SYS_bpf == 280 && SYS_clone == 220 &&
              SYS_unshare == 97 && SYS_perf_event_open == 241 && SYS_userfaultfd == 282 && SYS_socket == 198 &&
              SYS_socketpair == 199);
#endif

constexpr std::uint32_t refused(int error) { return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error); }

FilterStep load(std::size_t offset) { return {BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)}; }
FilterStep answer(std::uint32_t action) { return {BPF_RET | BPF_K, 0, 0, action}; }
// The next step is left out unless it holds.
FilterStep unless_equal(std::uint32_t value) { return {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value}; }
FilterStep unless_from(std::uint32_t value) { return {BPF_JMP | BPF_JGE | BPF_K, 0, 1, value}; }
FilterStep unless_some_of(std::uint32_t bits) { return {BPF_JMP | BPF_JSET | BPF_K, 0, 1, bits}; }

std::uint32_t number_of(const RefusedCall& call, Architecture architecture) {
  return architecture == Architecture::x86_64 ? call.x86_64 : call.aarch64;
}

// Of `socket` and `socketpair`; others go on behind it. The family is an int, the lower half of the first argument.
void decide_sockets(std::vector<FilterStep>& steps, const Special& special) {
  std::vector<FilterStep> decided{load(offsetof(seccomp_data, args))};
  for (auto family : kFamilies) {
    decided.push_back(unless_equal(family));
    decided.push_back(answer(SECCOMP_RET_ALLOW));
  }
  decided.push_back(answer(refused(EAFNOSUPPORT)));
  steps.push_back({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, special.socket});
  steps.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, static_cast<std::uint8_t>(decided.size()), special.socketpair});
  steps.insert(steps.end(), decided.begin(), decided.end());
}

}  // namespace

std::optional<Architecture> this_architecture() {
#if defined(__x86_64__) && !defined(__ILP32__)
  return Architecture::x86_64;
#elif defined(__aarch64__) && !defined(__ILP32__) && defined(__AARCH64EL__)
  return Architecture::aarch64;
#else
  return std::nullopt;
#endif
}

std::vector<FilterStep> syscall_filter(Architecture architecture) {
  const auto& special = architecture == Architecture::x86_64 ? of_x86_64 : of_aarch64;
  std::vector<FilterStep> steps{load(offsetof(seccomp_data, arch)),
                                {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, special.audit},
                                answer(SECCOMP_RET_KILL_PROCESS),
                                load(offsetof(seccomp_data, nr))};
  auto refuse = [&](FilterStep condition, int error) {
    steps.push_back(condition);
    steps.push_back(answer(refused(error)));
  };
  if (architecture == Architecture::x86_64) refuse(unless_from(kX32), ENOSYS);
  for (const auto& call : kRefused)
    if (number_of(call, architecture) != kNone) refuse(unless_equal(number_of(call, architecture)), EPERM);
  refuse(unless_equal(special.clone3), ENOSYS);
  decide_sockets(steps, special);
  // The flags of clone: the lower half of 64 bits, which comes first on both (little-endian).
  steps.push_back({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, special.clone});
  steps.push_back(answer(SECCOMP_RET_ALLOW));
  steps.push_back(load(offsetof(seccomp_data, args)));
  refuse(unless_some_of(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS |
                        CLONE_NEWCGROUP),
         EPERM);
  steps.push_back(answer(SECCOMP_RET_ALLOW));
  return steps;
}

std::string bytes_of(const std::vector<FilterStep>& filter) {
  std::string bytes;
  for (const auto& step : filter) {
    sock_filter kernels{step.code, step.if_true, step.if_false, step.value};
    bytes.append(reinterpret_cast<const char*>(&kernels), sizeof kernels);
  }
  return bytes;
}

std::optional<std::uint32_t> refused_call(Architecture architecture, std::string_view name) {
  for (const auto& call : kRefused)
    if (call.name == name && number_of(call, architecture) != kNone) return number_of(call, architecture);
  return std::nullopt;
}

}  // namespace executus::tools
