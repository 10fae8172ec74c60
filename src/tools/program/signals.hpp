// Signals and descriptors of a process that was just forked. Async-signal-safe.
#pragma once

#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace executus::tools {

inline void handle_all_signals(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  for (int signal = 1; signal < NSIG; ++signal) (void)::sigaction(signal, &action, nullptr);
}

// Signals as a program expects them: none ignored, none blocked.
inline void reset_signals() {
  handle_all_signals(SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// SIGCHLD as a descriptor to poll for; no other signal is blocked afterwards.
inline int open_child_signals() {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &children, nullptr);
  return ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
}
inline void clear(int child_signals) {
  signalfd_siginfo ignored;
  while (::read(child_signals, &ignored, sizeof ignored) > 0) {
  }
}

// For kernels without close_range, and containers that forbid it.
inline void close_each_from(int first) {
  constexpr rlim_t kMost = 1 << 20;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > kMost) limit.rlim_cur = kMost;
  for (int fd = first; fd < static_cast<int>(limit.rlim_cur); ++fd) ::close(fd);
}

inline void close_from(int first) {
  if (::syscall(SYS_close_range, first, ~0U, 0) != 0) close_each_from(first);
}

}  // namespace executus::tools
