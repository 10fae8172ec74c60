#include "cli/chat/line_history.hpp"

#include <cstdint>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace executus::cli {
namespace {

constexpr std::string_view kFormat = "_HiStOrY_V2_\n";

std::string encoded(std::string_view line) {
  std::string text;
  for (char character : line) {
    auto byte = static_cast<std::uint8_t>(character);
    bool plain = byte > ' ' && byte < 0x7F && byte != '\\';
    if (plain)
      text += character;
    else
      text += {'\\', static_cast<char>('0' + byte / 64), static_cast<char>('0' + byte / 8 % 8),
               static_cast<char>('0' + byte % 8)};
  }
  return text;
}

// Locked: of two programs that find it empty, one says what it is.
void add(int fd, std::string_view line) {
  struct stat state{};
  if (::flock(fd, LOCK_EX) != 0 || ::fstat(fd, &state) != 0) return;
  std::string text = state.st_size == 0 ? std::string(kFormat) : std::string();
  text += encoded(line) + "\n";
  [[maybe_unused]] auto written = ::write(fd, text.data(), text.size());
}

}  // namespace

void remember_line(const std::filesystem::path& file, std::string_view line) noexcept {
  int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return;
  try {
    add(fd, line);
  } catch (...) {  // no memory for a line
  }
  ::close(fd);
}

}  // namespace executus::cli
