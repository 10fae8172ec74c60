#include "cli/chat/unsent_line.hpp"

#include <unistd.h>

namespace executus::cli {
namespace {

termios keeping(termios state) {
  state.c_lflag |= NOFLSH;
  return state;
}

// As single characters, whether or not the line has ended; none is waited for.
termios by_character(termios state) {
  state.c_lflag &= ~static_cast<tcflag_t>(ICANON);
  state.c_cc[VMIN] = 0;
  state.c_cc[VTIME] = 0;
  return state;
}

void set(const termios& state) { ::tcsetattr(STDIN_FILENO, TCSANOW, &state); }

}  // namespace

UnsentLine::UnsentLine() {
  termios state{};
  if (::tcgetattr(STDIN_FILENO, &state) != 0) return;
  before_ = state;
  set(keeping(state));
}

UnsentLine::~UnsentLine() {
  if (before_) set(*before_);
}

std::string UnsentLine::take() const {
  std::string typed;
  if (!before_) return typed;
  set(by_character(keeping(*before_)));
  char buffer[256];
  for (ssize_t got = 0; (got = ::read(STDIN_FILENO, buffer, sizeof buffer)) > 0;)
    typed.append(buffer, static_cast<std::size_t>(got));
  set(keeping(*before_));
  return typed;
}

}  // namespace executus::cli
