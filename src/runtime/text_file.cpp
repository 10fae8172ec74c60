#include "runtime/text_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace executus {

Result<std::string> read_text_file(const std::string& path, std::size_t max_bytes) {
  auto unreadable = [&](const std::string& why) { return failed("config.file", "cannot read '" + path + "': " + why); };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), &std::fclose);
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
