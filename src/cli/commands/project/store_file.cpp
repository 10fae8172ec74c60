#include "cli/commands/project/store_file.hpp"

#include <array>
#include <fstream>

namespace executus::cli {

std::int64_t store_size(const std::filesystem::path& path) {
  std::int64_t size = 0;
  for (const char* suffix : {"", "-wal"}) {
    std::error_code error;
    auto file = path;
    file += suffix;
    if (auto bytes = std::filesystem::file_size(file, error); !error) size += static_cast<std::int64_t>(bytes);
  }
  return size;
}

boost::json::value store_format(const std::filesystem::path& path) {
  std::array<char, 64> header{};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(header.data(), header.size())) return nullptr;
  if (std::string_view(header.data(), 16) != std::string_view("SQLite format 3\0", 16)) return nullptr;
  std::int64_t version = 0;
  for (std::size_t i = 60; i < 64; ++i) version = version * 256 + static_cast<unsigned char>(header[i]);
  return version;
}

}  // namespace executus::cli
