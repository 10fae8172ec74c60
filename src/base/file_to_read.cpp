#include "base/file_to_read.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace executus {
namespace {

std::string text_of(int error) { return std::generic_category().message(error); }

bool is_pipe_without_a_name(int file, const struct stat& found) {
  struct statfs system{};
  return S_ISFIFO(found.st_mode) && ::fstatfs(file, &system) == 0 && system.f_type == PIPEFS_MAGIC;
}

// Why the opened file is not to be read; "" when it is.
std::string obstacle_in(int file) {
  struct stat found{};
  if (::fstat(file, &found) != 0) return text_of(errno);
  if (S_ISDIR(found.st_mode)) return text_of(EISDIR);
  if (S_ISREG(found.st_mode) || is_pipe_without_a_name(file, found)) return "";
  return S_ISFIFO(found.st_mode) ? "it is a named pipe, not a file" : "it is a device, not a file";
}

}  // namespace

FileToRead open_to_read(const std::string& path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);  // a named pipe waits for its writer
  if (file < 0) return {-1, text_of(errno)};
  auto obstacle = obstacle_in(file);
  if (obstacle.empty() && ::fcntl(file, F_SETFL, 0) == 0) return {file};
  if (obstacle.empty()) obstacle = text_of(errno);
  ::close(file);
  return {-1, std::move(obstacle)};
}

}  // namespace executus
