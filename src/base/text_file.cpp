#include "base/text_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fcntl.h>

#include "base/file_to_read.hpp"

namespace executus {
namespace {

FileToRead open_as(const std::string& path, TextSource source) {
  if (source == TextSource::file) return open_to_read(path);
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return file < 0 ? FileToRead{-1, std::strerror(errno)} : FileToRead{file};
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes, TextSource source) {
  auto unreadable = [&](const std::string& why) { return failed("config.file", "cannot read '" + path + "': " + why); };
  auto opened = open_as(path, source);
  if (opened.descriptor < 0) return unreadable(opened.obstacle);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(::fdopen(opened.descriptor, "r"), &std::fclose);
  if (!file) return unreadable(std::strerror(errno));
  std::string text;
  char buffer[65536];
  while (std::size_t got = std::fread(buffer, 1, sizeof buffer, file.get())) {
    text.append(buffer, got);
    if (text.size() > max_bytes) return unreadable("it is larger than " + std::to_string(max_bytes) + " bytes");
  }
  if (std::ferror(file.get())) return unreadable(std::strerror(errno));
  return text;
}

}  // namespace executus
