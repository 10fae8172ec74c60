#include <cerrno>
#include <utility>

#include <unistd.h>

#include "cli/chat/line_source.hpp"

namespace executus::cli {
namespace {

class PlainLines final : public LineSource {
 public:
  explicit PlainLines(const Interrupts& interrupts) : interrupts_(interrupts) {}

  Typed read(const std::string&, Remember) override {
    for (;;) {
      if (auto end = read_.find('\n'); end != std::string::npos) return take(end);
      if (ended_) return read_.empty() ? Typed{Typed::end} : Typed{Typed::line, std::exchange(read_, {})};
      switch (interrupts_.wait(STDIN_FILENO)) {
        case Interrupts::Came::interrupt:
          return {Typed::interrupted, std::exchange(read_, {})};
        case Interrupts::Came::leave:
          return {Typed::leave};
        case Interrupts::Came::input:
          fill();
          break;
        default:
          break;
      }
    }
  }

 private:
  Typed take(std::size_t end) {
    Typed typed{Typed::line, read_.substr(0, end)};
    read_.erase(0, end + 1);
    if (typed.text.ends_with('\r')) typed.text.pop_back();
    return typed;
  }

  void fill() {
    char buffer[4096];
    auto got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got > 0)
      read_.append(buffer, static_cast<std::size_t>(got));
    else if (got == 0 || errno != EINTR)
      ended_ = true;
  }

  const Interrupts& interrupts_;
  std::string read_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<LineSource> make_plain_lines(const Interrupts& interrupts) {
  return std::make_unique<PlainLines>(interrupts);
}

}  // namespace executus::cli
