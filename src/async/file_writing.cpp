#include "async/file_writing.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "async/file_descriptor.hpp"

namespace executus {

bool write_all(int file, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written == 0) errno = EIO;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool ends_within_a_line(int file, off_t size) noexcept {
  char last = '\n';
  return size > 0 && ::pread(file, &last, 1, size - 1) == 1 && last != '\n';
}

bool sync_folder(const std::string& folder) noexcept {
  FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) return false;
  bool is_synced = ::fsync(opened.get()) == 0;
  int why = errno;
  opened.close();
  errno = why;
  return is_synced;
}

}  // namespace executus
