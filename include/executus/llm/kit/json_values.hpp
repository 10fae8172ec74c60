// JSON values from a body that is made of them, from bytes that arrive in pieces of any size: one, or one a line, or
// glued together. What may stand between them: white space, commas, [DONE], the
// `data:` and the other lines of events. A line of anything else is given out as it is, for the reader of the value to
// complain of, and so is a line `event: error`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <executus/base/json_scan.hpp>

namespace executus::llm {

class JsonValues final {
 public:
  explicit JsonValues(std::size_t max_value_bytes = std::size_t{64} * 1024 * 1024) : max_bytes_(max_value_bytes) {}

  // The values that `bytes` completes. Throws Error "net.too_large" when one exceeds the limit; the parser is of no use
  // after that.
  [[nodiscard]] std::vector<std::string> feed(std::string_view bytes);

  // What was begun and not completed, when the body has ended; may be empty.
  [[nodiscard]] const std::string& pending() const noexcept { return text_; }

 private:
  void add(std::string_view bytes);
  std::string_view skip_between(std::string_view bytes);

  std::size_t max_bytes_;
  std::string text_;  // of the value that is not complete, or of a word between values
  bool in_value_ = false;
  JsonScan scan_;
};

}  // namespace executus::llm
