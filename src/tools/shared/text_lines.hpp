// The lines of a text file, one at a time: however large it is, and however long its lines are, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "async/file_descriptor.hpp"

namespace executus::tools {

class TextLines final {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{1} << 20;  // bytes of a line that are kept

  // `path` is how messages name the file. Throws Error "tool.path" when it is binary.
  TextLines(FileDescriptor file, std::string path, std::stop_token stop);

  // The next line without its end and its first `skip` bytes, as the file has it, cut at kLongestLine; good until the
  // next call. Nothing at the end: a line break that ends the file begins no line. Throws Error: the file cannot be
  // read, or `stop` was requested.
  [[nodiscard]] std::optional<std::string_view> next(std::uint64_t skip = 0);

  // The last line without what only frames it: the CR of a CRLF, the byte order mark that may begin a file.
  [[nodiscard]] std::string_view last_bare() const;
  [[nodiscard]] std::size_t last_bare_begin() const;  // its place in the line

  [[nodiscard]] bool last_ends_in_crlf() const;
  [[nodiscard]] bool last_was_cut() const noexcept { return last_bytes_ > skip_ + line_.size(); }
  [[nodiscard]] std::uint64_t last_bytes() const noexcept { return last_bytes_; }  // of all of the last line
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }

 private:
  bool fill();  // false at the end of the file
  void keep(std::string_view part);

  FileDescriptor file_;
  std::string path_;
  std::stop_token stop_;
  std::string buffer_;
  std::size_t at_ = 0;  // in buffer_
  std::string line_;
  std::uint64_t lines_ = 0;
  std::uint64_t skip_ = 0;
  std::uint64_t last_bytes_ = 0;
  bool ended_ = false;  // the last line has a line break
  std::uint64_t bytes_read_ = 0;
};

}  // namespace executus::tools
