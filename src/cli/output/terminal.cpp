#include "cli/output/terminal.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "async/file_writing.hpp"
#include "base/text.hpp"

namespace executus::cli {
namespace {

std::string_view escape_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::red:
      return "\x1b[31m";
    case Style::green:
      return "\x1b[32m";
    case Style::yellow:
      return "\x1b[33m";
  }
  return "";
}

// C1 controls (U+0080 to U+009F) drive some terminals too; in UTF-8 they are 0xC2 and a byte below 0xA0.
bool is_c1_control(std::string_view text, std::size_t i) {
  return text[i] == '\xC2' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
}

}  // namespace

Terminal look_at_terminal() {
  Terminal terminal;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  bool wanted = (!no_colour || !*no_colour) && (!term || std::strcmp(term, "dumb") != 0);
  terminal.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  terminal.in_is_terminal = ::isatty(STDIN_FILENO) == 1;
  terminal.colour = wanted && terminal.out_is_terminal;
  terminal.err_colour = wanted && ::isatty(STDERR_FILENO) == 1;
  return terminal;
}

std::string styled(std::string_view text, Style style, bool colour) {
  if (!colour || style == Style::plain) return std::string(text);
  return std::string(escape_of(style)) + std::string(text) + "\x1b[0m";
}

std::string printable(std::string_view raw) {
  std::string text = repair_utf8(raw), out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    bool control = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    if (is_c1_control(text, i)) control = true, ++i;
    if (control)
      out += "\xEF\xBF\xBD";
    else
      out += static_cast<char>(c);
  }
  return out;
}

std::string printable_line(std::string_view text) {
  std::string line = printable(text);
  for (char& c : line)
    if (c == '\n' || c == '\t') c = ' ';
  return line;
}

std::string printable_line(std::string_view text, std::size_t width) {
  auto line = printable_line(text);
  if (clip(line, width).size() == line.size()) return line;
  return std::string(clip(line, width - 3)) + "...";
}

void write_out(std::string_view text) {
  if (write_all(STDOUT_FILENO, text)) return;
  if (errno == EPIPE) throw failed("cli.closed", "whoever read standard output is gone");
  if (errno == EBADF) throw failed("cli.no_output", "standard output is closed, so nothing can be written there");
  throw failed("cli.output", std::string("writing to standard output failed: ") + std::strerror(errno));
}

void keep_standard_files() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is taken. Not for writing: what is written to a closed standard output is to fail.
    int taken = ::open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    if (taken >= 0 && taken != fd) ::close(taken);
  }
}

void write_err(std::string_view text) noexcept { (void)write_all(STDERR_FILENO, text); }

}  // namespace executus::cli
