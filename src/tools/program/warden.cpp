#include "tools/program/warden.hpp"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/program/process_tree.hpp"
#include "tools/program/signals.hpp"

namespace executus::tools {
namespace {

struct Failure {
  Report::Stage stage;
  int error;
};

constexpr int kTrouble = 3;  // the descriptor on which the forked process reports why it could not exec the program

[[noreturn]] void give_up(Report::Stage stage) {
  Failure failure{stage, errno};
  (void)!::write(kTrouble, &failure, sizeof failure);
  ::_exit(127);
}

bool is_empty(int file) {
  struct stat status{};
  return ::fstat(file, &status) != 0 || status.st_size == 0;
}

// `trouble` is closed by exec. Above it nothing stays open but what the program is handed. Descriptors of a launch have
// higher numbers: the guard holds these two when it gets them.
void keep_only_standard_and(int trouble, int handed) {
  static_assert(kHanded == kTrouble + 1);
  if (trouble != kTrouble) ::dup3(trouble, kTrouble, O_CLOEXEC);
  bool is_handed = !is_empty(handed);
  if (is_handed) ::dup2(handed, kHanded);
  close_from(is_handed ? kHanded + 1 : kHanded);
}

[[noreturn]] void become_program(const MappedImage& image, const LaunchFds& fds, int trouble) {
  ::setsid();  // no terminal: a program that asks at /dev/tty fails at once
  ::dup2(at(fds, LaunchFd::input), 0);
  ::dup2(at(fds, LaunchFd::output), 1);
  ::dup2(at(fds, LaunchFd::errors), 2);
  keep_only_standard_and(trouble, at(fds, LaunchFd::handed));
  reset_signals();
  if (::chdir(image.directory) != 0) give_up(Report::Stage::directory);
  ::execve(image.path, image.argv, image.environment);
  if (errno == ENOEXEC) ::execve("/bin/sh", image.shell_argv, image.environment);  // a script without a first line
  give_up(Report::Stage::program);
}

struct Program {
  int channel = -1;
  pid_t pid = -1;
};

Report start(Program& program, const LaunchFds& fds) {
  using enum Report::Kind;
  MappedImage image;
  int trouble[2];
  if (!map_image(at(fds, LaunchFd::description), image) || ::pipe2(trouble, O_CLOEXEC) != 0)
    return {not_started, Report::Stage::guard, errno};
  program.pid = ::fork();
  if (program.pid == 0) become_program(image, fds, trouble[1]);
  int error = errno;
  ::close(trouble[1]);
  if (program.pid < 0) return {not_started, Report::Stage::guard, error};
  Failure failure{};
  ssize_t got = 0;
  while ((got = ::read(trouble[0], &failure, sizeof failure)) < 0 && errno == EINTR) {
  }
  ::close(trouble[0]);
  if (got == sizeof failure) return {not_started, failure.stage, failure.error};
  return {started, Report::Stage::none, 0};
}

void report_end(void* context, pid_t pid, int status) {
  auto& program = *static_cast<Program*>(context);
  if (pid != program.pid) return;
  send_report(program.channel, {Report::Kind::ended, Report::Stage::none, status});
  program.pid = -1;  // the number may be another process's from now on
}

// Whether the channel is still open. What comes on it asks the program to end by itself.
bool ask_to_end(const Program& program) {
  char asked = 0;
  ssize_t got = ::recv(program.channel, &asked, sizeof asked, MSG_DONTWAIT);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
  if (got > 0 && asked == kAskToEnd && program.pid > 0) ::kill(-program.pid, SIGTERM);
  return true;
}

// Watches until the channel closes: the call is over, or executus has ended.
void watch(Program& program, int signals) {
  for (;;) {
    pollfd polled[2] = {{program.channel, POLLIN, 0}, {signals, POLLIN, 0}};
    if (::poll(polled, 2, -1) < 0 && errno != EINTR) return;
    if (polled[0].revents && !ask_to_end(program)) return;
    clear(signals);
    reap_ended(report_end, &program);
  }
}

}  // namespace

[[noreturn]] void keep_program(const LaunchFds& fds) {
  ::prctl(PR_SET_NAME, "executus-warden");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  Program program{at(fds, LaunchFd::channel), -1};
  int signals = open_child_signals();
  Report report = start(program, fds);
  for (auto fd : {LaunchFd::input, LaunchFd::output, LaunchFd::errors, LaunchFd::description, LaunchFd::handed})
    ::close(at(fds, fd));
  if (report.kind == Report::Kind::started) {
    watch(program, signals);
  } else {
    send_report(program.channel, report);
    program.pid = -1;  // the end of that process is not reported
  }
  if (program.pid > 0) ::kill(-program.pid, SIGKILL);  // the program and its group first, then the rest of the tree
  end_children(report_end, &program);
  ::_exit(0);
}

}  // namespace executus::tools
