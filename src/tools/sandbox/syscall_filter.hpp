// Which calls of the kernel a program in a sandbox may not make, as a filter that bubblewrap hands to the kernel
// (seccomp, as BPF). Pure.
//
// Refused (EPERM) are those that look into other processes (ptrace), change mounts and namespaces, load code into the
// kernel (bpf, modules, kexec), and those whose flaws have led out of sandboxes (io_uring, keyctl, userfaultfd,
// perf_event_open). Sockets are UNIX, IPv4, IPv6 and netlink, which its network namespace holds; those of other
// families are not there (EAFNOSUPPORT), such as AF_VSOCK, which leads to the machine's host. clone3 is one that is not
// there (ENOSYS): its flags cannot be seen, and C libraries take clone then. A call of another architecture than the
// machine's, such as of a 32-bit program, ends the program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace executus::tools {

enum class Architecture { x86_64, aarch64 };

// Of this program; nothing: another one, for which there is no filter.
[[nodiscard]] std::optional<Architecture> this_architecture();

// An instruction, as the kernel has it (struct sock_filter).
struct FilterStep {
  std::uint16_t code;
  std::uint8_t if_true;
  std::uint8_t if_false;
  std::uint32_t value;
};

[[nodiscard]] std::vector<FilterStep> syscall_filter(Architecture architecture);

// As bubblewrap reads it.
[[nodiscard]] std::string bytes_of(const std::vector<FilterStep>& filter);

// The number of a refused call; nothing: it is not refused, or not there.
[[nodiscard]] std::optional<std::uint32_t> refused_call(Architecture architecture, std::string_view name);

}  // namespace executus::tools
