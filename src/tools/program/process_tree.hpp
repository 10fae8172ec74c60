// The processes below this one. For a process that is the subreaper of its descendants (PR_SET_CHILD_SUBREAPER): what
// is orphaned below it becomes its child, also a daemon with a session of its own.
//
// Async-signal-safe, all of it: it runs in processes that were forked from one with other threads.
#pragma once

#include <sys/types.h>

namespace executus::tools {

// Which children: all, or those that made a session of their own.
enum class Children { all, of_other_sessions };

// Where the kernel lists processes.
inline constexpr const char* kProc = "/proc";

// Sends SIGKILL to the children of this process. It looks them up in `proc`; where that cannot be read, or is of
// another namespace, it asks the kernel about every possible process id, which takes a second.
void kill_children(Children which, const char* proc = kProc);

// Kills and reaps children until there are none, and so the whole tree. `on_end` is told of each.
void end_children(void (*on_end)(void* context, pid_t pid, int status), void* context, const char* proc = kProc);

// Reaps what has ended. False: this process has no children any more.
bool reap_ended(void (*on_end)(void* context, pid_t pid, int status), void* context);

}  // namespace executus::tools
