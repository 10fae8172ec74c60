// The pipes between executus and a program. All of it is closed by exec, and in a forked child: a program whose input
// has ended would not see that while a copy is open. Throws Error program.not_started when the process has no
// descriptors left.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stop_token>
#include <string>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "async/file_descriptor.hpp"

namespace executus::tools {

inline Error no_descriptors() {
  return failed("program.not_started", std::string("no pipes could be made for it: ") + std::strerror(errno));
}

struct Pipe {
  FileDescriptor read, write;
};
[[nodiscard]] inline Pipe make_pipe() {
  int ends[2];
  if (!open_pair_closed_on_fork(ends, [](int* pair) { return ::pipe2(pair, O_CLOEXEC); })) throw no_descriptors();
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

struct Channel {
  FileDescriptor near, far;
};
[[nodiscard]] inline Channel make_channel() {
  int ends[2];
  auto open = [](int* pair) { return ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair); };
  if (!open_pair_closed_on_fork(ends, open)) throw no_descriptors();
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// A stop as something to poll for.
class StopEvent final {
 public:
  explicit StopEvent(const std::stop_token& stop) : event_(make_event()), on_stop_(stop, Raise{event_.get()}) {}
  [[nodiscard]] int fd() const noexcept { return event_.get(); }

 private:
  struct Raise {
    int event;
    void operator()() const noexcept {
      std::uint64_t one = 1;
      (void)!::write(event, &one, sizeof one);
    }
  };
  static FileDescriptor make_event() {
    FileDescriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    return event ? std::move(event) : throw no_descriptors();
  }
  const FileDescriptor event_;
  const std::stop_callback<Raise> on_stop_;
};

// Makes a write to a pipe without a reader an error instead of a signal, in this thread only.
class NoSigpipe final {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    const timespec at_once{};
    if (!sigismember(&before_, SIGPIPE)) (void)::sigtimedwait(&pipe_, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;
  NoSigpipe& operator=(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_;
  sigset_t before_;
};

}  // namespace executus::tools
