#include "store/sqlite/connection/lock_holder.hpp"

#include <fstream>
#include <limits>
#include <sstream>

#include <sys/stat.h>

namespace executus::sqlite {
namespace {

// Byte of the -shm file that SQLite locks while it writes (WAL_WRITE_LOCK at UNIX_SHM_BASE, os_unix.c).
constexpr std::int64_t kWalWriteLock = 120;

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

// "2: POSIX  ADVISORY  WRITE 1234 fe:00:56789 120 120"
std::optional<int> lock_holder(std::string_view proc_locks, std::uint64_t inode, std::int64_t offset) {
  std::istringstream lines{std::string(proc_locks)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string number, type, strictness, access, place, end;
    int pid = 0;
    std::int64_t start = 0;
    if (!(fields >> number >> type >> strictness >> access >> pid >> place >> start >> end)) continue;
    if (type != "POSIX" || access != "WRITE" || !place.ends_with(":" + std::to_string(inode))) continue;
    auto last = end == "EOF" ? std::numeric_limits<std::int64_t>::max() : std::stoll(end);
    if (start <= offset && offset <= last) return pid;
  }
  return std::nullopt;
}

std::string write_lock_holder(const std::filesystem::path& database) {
  struct stat shm{};
  if (::stat((database.string() + "-shm").c_str(), &shm) != 0) return "";
  auto pid = lock_holder(content_of("/proc/locks"), shm.st_ino, kWalWriteLock);
  if (!pid || *pid <= 0) return "";
  auto name = content_of("/proc/" + std::to_string(*pid) + "/comm");
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return " (it is process " + std::to_string(*pid) + (name.empty() ? "" : ", " + name) + ")";
}

}  // namespace executus::sqlite
