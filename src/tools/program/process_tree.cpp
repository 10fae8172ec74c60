#include "tools/program/process_tree.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace executus::tools {
namespace {

// As getdents64(2) gives it: glibc's readdir() allocates.
struct KernelEntry {
  unsigned long long inode;
  long long next;
  unsigned short length;
  unsigned char type;
  char name[1];
};

struct Relation {
  pid_t parent = 0;
  pid_t session = 0;
};

pid_t number(std::string_view text) {
  pid_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return 0;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::string_view next_word(std::string_view& text) {
  text.remove_prefix(text.find_first_not_of(' ') == text.npos ? text.size() : text.find_first_not_of(' '));
  auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

// /proc/PID/stat: "pid (name) state parent group session ...", where the name may hold anything.
Relation parse_stat(std::string_view stat) {
  auto end = stat.rfind(')');
  if (end == stat.npos) return {};
  stat.remove_prefix(end + 1);
  next_word(stat);
  Relation relation;
  relation.parent = number(next_word(stat));
  next_word(stat);
  relation.session = number(next_word(stat));
  return relation;
}

Relation relation_of(int proc, const char* pid) {
  char path[32];
  std::size_t length = std::strlen(pid);
  if (length + sizeof "/stat" > sizeof path) return {};
  std::copy_n("/stat", sizeof "/stat", std::copy_n(pid, length, path));
  int fd = ::openat(proc, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  char stat[512];
  ssize_t got = ::read(fd, stat, sizeof stat);
  ::close(fd);
  return got > 0 ? parse_stat({stat, static_cast<std::size_t>(got)}) : Relation{};
}

bool is_meant(pid_t session, Children which) { return which == Children::all || session != ::getsid(0); }

void kill_when_child(int proc, const char* name, Children which) {
  pid_t pid = number(name);
  if (pid <= 0) return;
  Relation relation = relation_of(proc, name);
  if (relation.parent == ::getpid() && is_meant(relation.session, which)) ::kill(pid, SIGKILL);
}

// Whether the process ids in `proc` are those of this process's namespace.
bool is_of_this_namespace(int proc) {
  char self[16];
  ssize_t length = ::readlinkat(proc, "self", self, sizeof self);
  return length > 0 && number({self, static_cast<std::size_t>(length)}) == ::getpid();
}

void kill_listed_children(int proc, Children which) {
  alignas(KernelEntry) char entries[8192];
  for (;;) {
    long got = ::syscall(SYS_getdents64, proc, entries, sizeof entries);
    if (got <= 0) return;
    for (long at = 0; at < got;) {
      auto* entry = reinterpret_cast<KernelEntry*>(entries + at);
      kill_when_child(proc, entry->name, which);
      at += entry->length;
    }
  }
}

// waitid() tells of every process id whether it is that of a child.
void kill_children_by_number(Children which) {
  constexpr pid_t kMostProcesses = 4 << 20;  // PID_MAX_LIMIT of Linux
  for (pid_t pid = 1; pid < kMostProcesses; ++pid) {
    siginfo_t ended;
    bool is_child = ::waitid(P_PID, static_cast<id_t>(pid), &ended, WEXITED | WNOHANG | WNOWAIT) == 0;
    if (is_child && is_meant(::getsid(pid), which)) ::kill(pid, SIGKILL);
  }
}

}  // namespace

void kill_children(Children which, const char* proc) {
  int listed = ::open(proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (listed >= 0 && is_of_this_namespace(listed))
    kill_listed_children(listed, which);
  else
    kill_children_by_number(which);
  if (listed >= 0) ::close(listed);
}

bool reap_ended(void (*on_end)(void*, pid_t, int), void* context) {
  for (;;) {
    int status = 0;
    pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid > 0) {
      on_end(context, pid, status);
    } else if (pid == 0) {
      return true;
    } else if (errno != EINTR) {
      return false;
    }
  }
}

// The children of a killed process become children of this one, so this repeats until there are none.
void end_children(void (*on_end)(void*, pid_t, int), void* context, const char* proc) {
  while (reap_ended(on_end, context)) {
    kill_children(Children::all, proc);
    siginfo_t ended;
    (void)::waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT);
  }
}

}  // namespace executus::tools
