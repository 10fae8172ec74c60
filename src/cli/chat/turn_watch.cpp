#include "cli/chat/turn_watch.hpp"

#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <executus/base/error.hpp>

namespace executus::cli {

TurnWatch::TurnWatch(const Interrupts& interrupts, Heard heard)
    : interrupts_(interrupts), heard_(std::move(heard)), reads_(heard_.line != nullptr) {
  if (::pipe2(wake_, O_CLOEXEC) != 0) throw failed("internal", "no pipe can be made; close other programs");
  thread_ = std::thread([this] { watch(); });
}

TurnWatch::~TurnWatch() {
  ::close(wake_[1]);
  thread_.join();
  ::close(wake_[0]);
}

void TurnWatch::watch() {
  for (;;) {
    switch (interrupts_.wait(reads_ ? STDIN_FILENO : -1, wake_[0])) {
      case Interrupts::Came::woken:
        return;
      case Interrupts::Came::interrupt:
        heard_.interrupt();
        break;
      case Interrupts::Came::leave:
        heard_.leave();
        break;
      case Interrupts::Came::input:
        read_some();
        break;
      case Interrupts::Came::resized:
      case Interrupts::Came::resumed:
        break;
    }
  }
}

// The terminal gives whole lines.
void TurnWatch::read_some() {
  char buffer[4096];
  auto got = ::read(STDIN_FILENO, buffer, sizeof buffer);
  if (got <= 0) {
    reads_ = false;
    return;
  }
  typed_.append(buffer, static_cast<std::size_t>(got));
  for (auto end = typed_.find('\n'); end != std::string::npos; end = typed_.find('\n')) {
    heard_.line(typed_.substr(0, end));
    typed_.erase(0, end + 1);
  }
}

}  // namespace executus::cli
