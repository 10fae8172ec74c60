#include "tools/program/guard.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "tools/program/guard_process.hpp"

namespace executus::tools {
namespace {

Error no_guard(int error) {
  return failed("program.not_started",
                std::string("the process that guards programs could not be started: ") + std::strerror(error));
}

// No signal handler of this program may run in the forked process.
class AllSignalsBlocked final {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

// Forked twice: the guard is no child of this process, whose host may wait for all of its children.
FileDescriptor start_guard() {
  int ends[2];
  auto open = [&] { return ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0 ? ends[0] : -1; };
  FileDescriptor ours(open_closed_on_fork(open));  // the guard's end is not: it is forked below
  if (!ours) throw no_guard(errno);
  FileDescriptor theirs(ends[1]);
  AllSignalsBlocked blocked;
  pid_t between = ::fork();
  if (between < 0) throw no_guard(errno);
  if (between == 0) {
    pid_t guard = ::fork();
    if (guard == 0) guard_programs(theirs.get());
    ::_exit(guard < 0 ? errno : 0);
  }
  int status = 0;
  while (::waitpid(between, &status, 0) < 0 && errno == EINTR) {
  }  // ECHILD: the host has its children collected; then a failure shows when a launch is sent
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) throw no_guard(WEXITSTATUS(status));
  return ours;
}

}  // namespace

void Guard::launch(const LaunchFds& fds) {
  std::lock_guard lock(mutex_);
  if (control_ && send_launch(control_->get(), fds)) return;
  control_.reset();
  control_.emplace(start_guard());
  if (!send_launch(control_->get(), fds)) throw no_guard(errno);
}

}  // namespace executus::tools
