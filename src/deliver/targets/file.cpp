#include <cerrno>
#include <cstring>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/file_descriptor.hpp"
#include "async/file_writing.hpp"
#include "deliver/targets/answers.hpp"
#include "deliver/targets/senders.hpp"

namespace executus::deliver {
namespace {

constexpr int kTriesAtLock = 100;
constexpr Milliseconds kBetweenTries{20};

// `why`: an errno.
Error not_appended(const std::string& path, int why) {
  return not_delivered("the answer could not be appended to '" + path + "': " + std::strerror(why));
}

// Another process holds it for as long as it writes a line.
bool lock(int file) {
  for (int tries = kTriesAtLock; ::flock(file, LOCK_EX | LOCK_NB) != 0; --tries) {
    if (tries == 0 || (errno != EWOULDBLOCK && errno != EINTR)) return false;
    std::this_thread::sleep_for(kBetweenTries);
  }
  return true;
}

}  // namespace

void append_line(const FileTarget& target, const Message& message) {
  const auto& path = target.path;
  bool is_new = !std::filesystem::exists(path);
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600));
  struct stat found{};
  if (!file || ::fstat(file.get(), &found) != 0) throw not_appended(path, errno);
  if (!S_ISREG(found.st_mode)) throw not_delivered("'" + path + "' is no file, so no answer can be appended to it");
  if (!lock(file.get()) || ::fstat(file.get(), &found) != 0) throw not_appended(path, errno);
  auto line = (ends_within_a_line(file.get(), found.st_size) ? "\n" : "") + message.body + "\n";
  if (!write_all(file.get(), line) || ::fsync(file.get()) != 0) {
    int why = errno;
    [[maybe_unused]] int undone =
        ::ftruncate(file.get(), found.st_size);  // else the next line begins with a line break
    throw not_appended(path, why);
  }
  if (is_new && !sync_folder(std::filesystem::path(path).parent_path().string())) throw not_appended(path, errno);
}

}  // namespace executus::deliver
