// SIGINT, SIGTERM and SIGHUP while runs are driven: the first asks the runs to stop at their next boundary, a second
// ends the program at once (kOneWord later at the earliest: what comes before is a repeat of the first). Nothing is
// lost either way: what is unfinished stays for recovery. A signal that the parent had ignored (nohup; SIGINT of a
// shell's background job) stays ignored.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

#include <executus/base/clock.hpp>

#include "cli/drive/stop_words.hpp"

namespace executus::cli {

class SignalWatch final {
 public:
  // Blocks the signals in this thread and all it will start: construct before the runtime. `on_first` is called on the
  // watch's own thread; so is `on_hangup`, for each SIGHUP, which is then no word to stop.
  explicit SignalWatch(std::function<void()> on_first, std::function<void()> on_hangup = {},
                       const Clock& clock = system_clock());
  ~SignalWatch();  // restores the signals' usual effect
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  [[nodiscard]] bool signalled() const noexcept { return signalled_; }

 private:
  void watch();
  void hear_stop();

  std::function<void()> on_first_, on_hangup_;
  const Clock& clock_;
  StopWords stops_;  // of the watch's thread
  const sigset_t watched_;
  std::atomic<bool> signalled_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace executus::cli
