// Listens to the person while a turn goes on: what is typed meanwhile, and Ctrl-C.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "cli/chat/interrupts.hpp"
#include "cli/chat/unsent_line.hpp"

namespace executus::cli {

class TurnWatch final {
 public:
  // Called on the watch's own thread.
  struct Heard {
    std::function<void()> interrupt;  // the first Ctrl-C
    std::function<void()> leave;  // the second, and every signal to leave; the third Ctrl-C ends the program at once
    std::function<void(std::string)> line = {};  // null: standard input is left alone
    std::function<void()> cleared = {};          // with `line`: Ctrl-C has cleared what was typed
  };
  // `interrupts` outlives it.
  TurnWatch(const Interrupts& interrupts, Heard heard);
  ~TurnWatch();  // waits for what it calls
  TurnWatch(const TurnWatch&) = delete;
  TurnWatch& operator=(const TurnWatch&) = delete;

 private:
  void watch();
  void read_some();
  void hear(std::string_view typed);
  [[nodiscard]] bool clears_line();
  void interrupted();

  const Interrupts& interrupts_;
  const Heard heard_;
  int wake_[2] = {-1, -1};
  int interrupts_heard_ = 0;
  bool reads_;
  std::optional<UnsentLine> unsent_;
  std::string typed_;  // of a line that has not ended
  std::thread thread_;
};

}  // namespace executus::cli
