// Signals and descriptors of a process that was just forked. Async-signal-safe.
#pragma once

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace executus::tools {

inline void handle_all_signals(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  for (int signal = 1; signal < NSIG; ++signal) (void)::sigaction(signal, &action, nullptr);
}

// As a program expects to find them: nothing ignored, nothing blocked.
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

// Old kernels do not know the call; what we open is closed by exec anyway.
inline void close_from(int first) { (void)::syscall(SYS_close_range, first, ~0U, 0); }

}  // namespace executus::tools
