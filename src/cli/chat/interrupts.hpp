// SIGINT, SIGTERM, SIGHUP and SIGQUIT while a person talks to a run. They arrive where they are waited for and nowhere
// else, so nothing is cut off in between: a line is cleared, a turn is stopped, the terminal is put back first.
#pragma once

#include <csignal>
#include <map>

namespace executus::cli {

class Interrupts final {
 public:
  // Blocks them in this thread and all that it will start: construct it before the runtime. A signal that the parent
  // had ignored stays ignored. One at a time in a program.
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  enum class Came {
    input,      // `fd` can be read, or has ended
    interrupt,  // SIGINT
    leave,      // SIGTERM, SIGHUP, SIGQUIT (Ctrl and \)
    resized,    // the terminal
    resumed,    // after a stop
    woken       // `wake` can be read
  };
  // Waits for the next of these. -1: not for that one. One thread at a time.
  [[nodiscard]] Came wait(int fd, int wake = -1) const;

 private:
  sigset_t before_;   // the mask of this thread
  sigset_t waiting_;  // ... while it waits
  std::map<int, struct sigaction> actions_;
};

}  // namespace executus::cli
