#include "llm/cassette/cassette_file.hpp"

#include <cerrno>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/file_writing.hpp"
#include "base/file_to_read.hpp"

namespace executus::llm {
namespace {

Error cassette_trouble(const std::string& what, const std::filesystem::path& path, const std::string& why) {
  return failed("cassette.io", "the cassette " + path.string() + " cannot be " + what + ": " + why);
}

Error cassette_trouble(const std::string& what, const std::filesystem::path& path, int error) {
  return cassette_trouble(what, path, std::generic_category().message(error));
}

// Held while a line is written, and while the file is looked at: so a line in the making is not taken for one that was
// cut off. It keeps apart what opened the file separately, threads of this process too. On a file system without locks
// it does nothing.
class FileLock final {
 public:
  FileLock(int file, int operation) : file_(file) {
    while (::flock(file_, operation) != 0 && errno == EINTR) {
    }
  }
  ~FileLock() { ::flock(file_, LOCK_UN); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_;
};

// A line that was cut off would swallow the next one.
bool is_cut_off(int file) {
  FileLock lock(file, LOCK_SH);
  struct stat found{};
  return ::fstat(file, &found) == 0 && ends_within_a_line(file, found.st_size);
}

// Whole lines, also while another program records into the file.
std::string text_of_file(const std::filesystem::path& path) {
  auto opened = open_to_read(path);
  int file = opened.descriptor;
  if (file < 0) throw cassette_trouble("read", path, opened.obstacle);
  std::string text;
  char bytes[1 << 16];
  ssize_t count = 0;
  int error = 0;
  {
    FileLock lock(file, LOCK_SH);
    while ((count = ::read(file, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR))
      if (count > 0) text.append(bytes, static_cast<std::size_t>(count));
    error = count < 0 ? errno : 0;
  }
  ::close(file);
  if (error != 0) throw cassette_trouble("read", path, error);
  return text;
}

}  // namespace

CassetteWriter::CassetteWriter(const std::filesystem::path& file)
    : path_(file), file_(::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) throw cassette_trouble("opened to record into", path_, errno);
  if (!is_cut_off(file_)) return;
  ::close(file_);
  throw failed("cassette.malformed", "the last line of the cassette " + path_.string() +
                                         " is cut off; remove that line, or record into another file");
}

CassetteWriter::~CassetteWriter() { ::close(file_); }

void CassetteWriter::append(const CassetteLine& line) {
  auto text = to_text(line) + "\n";
  std::lock_guard lock(mutex_);
  write(text);
}

void CassetteWriter::append_once(const Resolution& resolution) {
  auto text = to_text(resolution) + "\n";
  std::lock_guard lock(mutex_);
  if (resolutions_.contains(text)) return;
  write(text);
  resolutions_.insert(std::move(text));
}

void CassetteWriter::write(const std::string& line) {
  FileLock lock(file_, LOCK_EX);
  struct stat before{};
  if (::fstat(file_, &before) != 0) throw cassette_trouble("written to", path_, errno);
  ssize_t written = 0;
  do written = ::write(file_, line.data(), line.size());
  while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(line.size())) return;
  int error = written < 0 ? errno : ENOSPC;
  if (written > 0 && ::ftruncate(file_, before.st_size) != 0) error = errno;  // half a line would spoil the file
  throw cassette_trouble("written to", path_, error);
}

std::vector<NumberedLine> read_cassette(const std::filesystem::path& path) {
  std::istringstream file(text_of_file(path));
  std::vector<NumberedLine> lines;
  std::string text;
  for (std::size_t number = 1; std::getline(file, text); ++number) {
    if (text.empty()) continue;
    auto line = read_cassette_line(text);
    if (!line)
      throw failed("cassette.malformed", "line " + std::to_string(number) + " of the cassette " + path.string() +
                                             " cannot be used: " + line.error().message());
    lines.push_back({number, std::move(*line)});
  }
  return lines;
}

}  // namespace executus::llm
