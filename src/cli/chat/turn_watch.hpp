// Listens to the person while a turn goes on: what is typed meanwhile, and Ctrl-C.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "cli/chat/interrupts.hpp"

namespace executus::cli {

class TurnWatch final {
 public:
  // Called on the watch's own thread.
  struct Heard {
    std::function<void()> interrupt;
    std::function<void()> leave;
    std::function<void(std::string)> line;  // null: standard input is left alone
  };
  // `interrupts` outlives it.
  TurnWatch(const Interrupts& interrupts, Heard heard);
  ~TurnWatch();  // waits for what it calls
  TurnWatch(const TurnWatch&) = delete;
  TurnWatch& operator=(const TurnWatch&) = delete;

 private:
  void watch();
  void read_some();

  const Interrupts& interrupts_;
  const Heard heard_;
  int wake_[2] = {-1, -1};
  bool reads_;
  std::string typed_;  // of a line that has not ended
  std::thread thread_;
};

}  // namespace executus::cli
