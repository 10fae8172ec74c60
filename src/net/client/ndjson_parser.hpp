// Lines of JSON (NDJSON, JSON Lines) from bytes that arrive in pieces of any size. Empty lines are skipped; what is in
// a line is the caller's business.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace executus::net {

class NdjsonParser final {
 public:
  explicit NdjsonParser(std::size_t max_line_bytes = std::size_t{16} * 1024 * 1024) : max_bytes_(max_line_bytes) {}

  // The lines that `chunk` completes, without their ends. Throws Error "net.too_large" when one exceeds the limit; the
  // parser is of no use after that.
  [[nodiscard]] std::vector<std::string> feed(std::string_view chunk);

  // The last line, when it has no end. Once, when the stream has ended.
  [[nodiscard]] std::vector<std::string> finish();

 private:
  void take(std::vector<std::string>& lines);

  std::size_t max_bytes_;
  std::string line_;
};

}  // namespace executus::net
