// Lines of a stream of bytes that arrives in pieces of any size. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/result.hpp>

namespace executus::mcp {

class LineSplitter final {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{32} * 1024 * 1024;
  explicit LineSplitter(std::size_t longest = kLongestLine) : longest_(longest) {}

  // The lines that `bytes` completes, without their ends (\n or \r\n), empty ones left out. Error mcp.too_large: a line
  // is longer than allowed; from there on all that comes is dropped, and nothing is told.
  [[nodiscard]] Result<std::vector<std::string>> feed(std::string_view bytes);

 private:
  [[nodiscard]] Error fail();

  const std::size_t longest_;
  std::string begun_;
  bool failed_ = false;
};

}  // namespace executus::mcp
