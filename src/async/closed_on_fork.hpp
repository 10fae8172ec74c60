// Descriptors of which a forked child closes its copies at once. A lock on an open file, the end of a pipe, and the end
// of a connection are there as long as any copy is: a child that lives on would keep them from others.
//
// Threads: any. (That exec closes them is the business of O_CLOEXEC.)
#pragma once

#include <functional>

namespace executus {

// Calls `open`, which returns a descriptor, or -1 and sets errno. No fork comes between its opening and its keeping.
[[nodiscard]] int open_closed_on_fork(const std::function<int()>& open);

// The same for two at a time. False: `open` returned something else than 0, and errno says why.
[[nodiscard]] bool open_pair_closed_on_fork(int (&ends)[2], const std::function<int(int*)>& open);

// Closes one of these, or any other. Not for those in a forked child, where their numbers may name other files.
void close_of_this_process(int fd) noexcept;

}  // namespace executus
