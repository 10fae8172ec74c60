// The line that a person has begun on the terminal and not sent yet. The terminal holds it, and would drop it at Ctrl-C
// by itself; while an UnsentLine lives it does not, so that one can tell a Ctrl-C that clears from one that stops.
#pragma once

#include <optional>
#include <string>

#include <termios.h>

namespace executus::cli {

class UnsentLine final {
 public:
  UnsentLine();   // where standard input is no terminal: nothing
  ~UnsentLine();  // the terminal is as it was
  UnsentLine(const UnsentLine&) = delete;
  UnsentLine& operator=(const UnsentLine&) = delete;

  // Takes all that was typed: lines that nothing has read yet, and the beginning of one. Does not block.
  [[nodiscard]] std::string take() const;

 private:
  std::optional<termios> before_;
};

}  // namespace executus::cli
