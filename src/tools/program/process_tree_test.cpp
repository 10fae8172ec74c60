#include "tools/program/process_tree.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace executus::tools {
namespace {

constexpr unsigned kBound = 120;  // seconds, after which a process of a test ends by itself: a failure

[[noreturn]] void wait_for_the_end() {
  ::alarm(kBound);
  for (;;) ::pause();
}

void count(void* counted, pid_t, int status) {
  bool was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  *static_cast<int*>(counted) += was_killed ? 1 : 100;
}

// A child, and below it a daemon with a session of its own, which reports once both are there.
void start_tree() {
  int ready[2];
  (void)!::pipe(ready);
  if (::fork() == 0) {
    if (::fork() == 0) {
      ::setsid();
      (void)!::write(ready[1], "", 1);
      wait_for_the_end();
    }
    wait_for_the_end();
  }
  char byte;
  (void)!::read(ready[0], &byte, 1);
}

// How many processes of the tree were killed, by a process that looks for them in `proc`; -1: it did not end.
int killed_in_a_tree(const char* proc) {
  pid_t reaper = ::fork();
  if (reaper == 0) {
    ::alarm(kBound);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    start_tree();
    int killed = 0;
    end_children(count, &killed, proc);
    ::_exit(killed);
  }
  int status = 0;
  ::waitpid(reaper, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(EndChildren, EndsTheWholeTree) { EXPECT_EQ(killed_in_a_tree(kProc), 2); }

TEST(EndChildren, NeedsNoListOfProcesses) {  // [DUR-05]
  EXPECT_EQ(killed_in_a_tree("/no/such/folder"), 2);
  EXPECT_EQ(killed_in_a_tree("/"), 2) << "which lists other things";
}

TEST(KillChildren, SparesThoseOfItsOwnSession) {
  for (const char* proc : {kProc, "/no/such/folder"}) {
    pid_t parent = ::fork();
    if (parent == 0) {
      ::alarm(kBound);
      pid_t near = ::fork();
      if (near == 0) wait_for_the_end();
      int ready[2];
      (void)!::pipe(ready);
      pid_t far = ::fork();
      if (far == 0) {
        ::setsid();
        (void)!::write(ready[1], "", 1);
        wait_for_the_end();
      }
      char byte;
      (void)!::read(ready[0], &byte, 1);
      kill_children(Children::of_other_sessions, proc);
      bool first_is_far = ::waitpid(-1, nullptr, 0) == far;
      bool near_lives = ::waitpid(near, nullptr, WNOHANG) == 0;
      ::kill(near, SIGKILL);
      ::_exit(first_is_far && near_lives ? 0 : 1);
    }
    int status = -1;
    ::waitpid(parent, &status, 0);
    EXPECT_EQ(status, 0) << proc;
  }
}

}  // namespace
}  // namespace executus::tools
