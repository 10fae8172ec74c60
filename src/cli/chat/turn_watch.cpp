#include "cli/chat/turn_watch.hpp"

#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "cli/output/exit_code.hpp"

namespace executus::cli {

TurnWatch::TurnWatch(const Interrupts& interrupts, Heard heard)
    : interrupts_(interrupts), heard_(std::move(heard)), reads_(heard_.line != nullptr) {
  if (::pipe2(wake_, O_CLOEXEC) != 0) throw failed("internal", "no pipe can be made; close other programs");
  if (reads_) unsent_.emplace();
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
        clears_line() ? heard_.cleared() : interrupted();
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
  hear({buffer, static_cast<std::size_t>(got)});
}

void TurnWatch::hear(std::string_view typed) {
  typed_.append(typed);
  for (auto end = typed_.find('\n'); end != std::string::npos; end = typed_.find('\n')) {
    heard_.line(typed_.substr(0, end));
    typed_.erase(0, end + 1);
  }
}

void TurnWatch::interrupted() {
  ++interrupts_heard_;
  if (interrupts_heard_ == 1) return heard_.interrupt();
  if (interrupts_heard_ == 2) return heard_.leave();
  unsent_.reset();
  ::_exit(static_cast<int>(Exit::left));
}

// Whether there was something typed for Ctrl-C to clear. Lines that were ended before it are heard.
bool TurnWatch::clears_line() {
  if (!unsent_) return false;
  hear(unsent_->take());
  return !std::exchange(typed_, {}).empty();
}

}  // namespace executus::cli
