#include "mcp/files/private_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text_file.hpp"

namespace executus::mcp {
namespace {

namespace fs = std::filesystem;

Error unusable(const std::string& what, const std::string& path, int error) {
  return failed("mcp.state", "cannot " + what + " " + path + ": " + std::generic_category().message(error));
}

void write_all(int file, const std::string& text, const std::string& path) {
  std::string_view left = text;
  while (!left.empty()) {
    auto written = ::write(file, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw unusable("write", path, errno);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file) != 0) throw unusable("write", path, errno);
}

// Open for as long as this lives.
class OpenFile {
 public:
  OpenFile(const std::string& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {
    if (file_ < 0) throw unusable("open", path, errno);
  }
  ~OpenFile() { ::close(file_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

}  // namespace

PrivateFolder::Lock::~Lock() {
  if (file_ >= 0) ::close(file_);
}

void PrivateFolder::make() const {
  std::error_code error;
  fs::create_directories(fs::path(path_).parent_path(), error);
  if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) throw unusable("make the folder", path_, errno);
}

std::optional<std::string> PrivateFolder::read(const std::string& name) const {
  std::error_code error;
  if (!fs::exists(file(name), error)) return std::nullopt;
  auto text = read_text_file(file(name));
  if (!text) throw failed("mcp.state", text.error().message());
  return std::move(*text);
}

// Written beside it first: a reader, and a process that is killed here, leave the old one or the new one.
void PrivateFolder::write(const std::string& name, const std::string& text) const {
  make();
  auto fresh = file("." + name + "." + std::to_string(::getpid()));
  {
    OpenFile opened(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    write_all(opened.get(), text, fresh);
  }
  if (::rename(fresh.c_str(), file(name).c_str()) != 0) throw unusable("write", file(name), errno);
  OpenFile folder(path_, O_RDONLY | O_DIRECTORY);
  ::fsync(folder.get());
}

void PrivateFolder::remove(const std::string& name) const {
  if (::unlink(file(name).c_str()) != 0 && errno != ENOENT) throw unusable("remove", file(name), errno);
}

std::optional<PrivateFolder::Lock> PrivateFolder::try_lock(const std::string& name) const {
  make();
  auto path = file(name + ".lock");
  int opened = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (opened < 0) throw unusable("lock", path, errno);
  Lock lock(opened);
  while (::flock(opened, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    if (errno != EINTR) throw unusable("lock", path, errno);
  }
  return lock;
}

Result<std::string> mcp_state_folder(const Environment& environment) {
  if (auto own = environment.get("EXECUTUS_MCP_STATE").value_or(""); !own.empty()) return own;
  if (auto state = environment.get("XDG_STATE_HOME").value_or(""); state.starts_with('/'))
    return state + "/executus/mcp";
  if (auto home = environment.get("HOME").value_or(""); home.starts_with('/'))
    return home + "/.local/state/executus/mcp";
  return failed("mcp.state",
                "no place for logins and trusted files: set EXECUTUS_MCP_STATE, or XDG_STATE_HOME or HOME");
}

}  // namespace executus::mcp
