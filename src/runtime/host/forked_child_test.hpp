// Processes forked from a test that has threads. What such a child may do is little: it ends by _exit or exec.
#pragma once

#include <csignal>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

namespace executus {

// Ended with it at the latest; one that hangs is ended after minutes, by a signal.
class ForkedChild final {
 public:
  explicit ForkedChild(const std::function<int()>& body) : pid_(::fork()) {
    if (pid_ != 0) return;
    ::alarm(kTooLong);
    int code = 99;
    try {
      code = body();
    } catch (...) {
    }
    ::_exit(code);
  }
  ~ForkedChild() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ForkedChild(const ForkedChild&) = delete;
  ForkedChild& operator=(const ForkedChild&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  int exit_code() {  // minus the signal when one ended it
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  static constexpr unsigned kTooLong = 120;
  pid_t pid_;
};

// A child that lives on and does nothing.
inline int stay() {
  for (;;) ::pause();
}

}  // namespace executus
