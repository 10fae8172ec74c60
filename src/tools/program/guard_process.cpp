#include "tools/program/guard_process.hpp"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/program/launch.hpp"
#include "tools/program/process_tree.hpp"
#include "tools/program/signals.hpp"
#include "tools/program/warden.hpp"

namespace executus::tools {
namespace {

constexpr int kControl = 3;

// Gives up everything of executus: terminal, pipes of its shell, files, working directory, handlers of signals.
void leave_executus(int control) {
  ::setsid();
  handle_all_signals(SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);
  if (control != kControl) ::dup2(control, kControl);  // first: the next open() may get this number
  int null = ::open("/dev/null", O_RDWR);
  if (null < 0 || ::chdir("/") != 0) ::_exit(1);
  for (int standard : {0, 1, 2}) ::dup2(null, standard);
  ::fcntl(kControl, F_SETFD, FD_CLOEXEC);
  close_from(kControl + 1);
}

// Wardens stay in the guard's session and programs leave it, so a child in another session was left by a killed warden.
void end_orphans(void*, pid_t, int status) {
  if (WIFSIGNALED(status)) kill_children(Children::of_other_sessions);
}

void start_warden(const LaunchFds& fds, int signals) {
  pid_t warden = ::fork();
  if (warden == 0) {
    ::close(kControl), ::close(signals);
    keep_program(fds);
  }
  if (warden < 0) send_report(at(fds, LaunchFd::channel), {Report::Kind::not_started, Report::Stage::guard, errno});
  for (int fd : fds) ::close(fd);
}

void serve(int signals) {
  for (;;) {
    pollfd polled[2] = {{kControl, POLLIN, 0}, {signals, POLLIN, 0}};
    if (::poll(polled, 2, -1) < 0 && errno != EINTR) return;
    clear(signals);
    reap_ended(end_orphans, nullptr);
    if (!polled[0].revents) continue;
    LaunchFds fds;
    Received received = receive_launch(kControl, fds);
    if (received == Received::end) return;
    if (received == Received::launch) start_warden(fds, signals);
  }
}

// Each warden sees by its own channel that executus is gone.
void wait_for_wardens() {
  for (;;) {
    int status = 0;
    pid_t pid = ::waitpid(-1, &status, 0);
    if (pid > 0) end_orphans(nullptr, pid, status);
    if (pid < 0 && errno != EINTR) return;
  }
}

}  // namespace

[[noreturn]] void guard_programs(int control) {
  ::prctl(PR_SET_NAME, "executus-guard");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  leave_executus(control);
  serve(open_child_signals());
  wait_for_wardens();
  ::_exit(0);
}

}  // namespace executus::tools
