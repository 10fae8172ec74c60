#include "llm/cassette_file.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace executus::llm {
namespace {

Error cassette_trouble(const std::string& what, const std::filesystem::path& path, int error) {
  return failed("cassette.io",
                "the cassette " + path.string() + " cannot be " + what + ": " + std::generic_category().message(error));
}

// A line that was cut off would swallow the next one.
bool ends_within_a_line(int file) {
  struct stat found{};
  if (::fstat(file, &found) != 0 || found.st_size == 0) return false;
  char last = '\n';
  return ::pread(file, &last, 1, found.st_size - 1) == 1 && last != '\n';
}

}  // namespace

CassetteWriter::CassetteWriter(const std::filesystem::path& file)
    : path_(file), file_(::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {
  if (file_ < 0) throw cassette_trouble("opened to record into", path_, errno);
  if (!ends_within_a_line(file_)) return;
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
  ssize_t written = 0;
  do written = ::write(file_, line.data(), line.size());
  while (written < 0 && errno == EINTR);
  if (written < 0) throw cassette_trouble("written to", path_, errno);
  if (static_cast<std::size_t>(written) != line.size()) throw cassette_trouble("written to", path_, ENOSPC);
}

std::vector<NumberedLine> read_cassette(const std::filesystem::path& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::error_code ignored;
  if (!file.is_open() || std::filesystem::is_directory(path, ignored))
    throw cassette_trouble("read", path, file.is_open() ? EISDIR : errno);
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
  if (file.bad()) throw cassette_trouble("read", path, EIO);
  return lines;
}

}  // namespace executus::llm
