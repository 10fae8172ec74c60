// A body as it was before a server compressed it, and whether it is complete: compressed data marks its own end, which
// libcurl does not check.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace executus::tools {

struct Inflated {
  enum class End { reached, cut, over_limit, broken, not_understood };
  std::string body;  // as far as it could be read
  End end = End::reached;
};

// `encoding` is the value of Content-Encoding: gzip, deflate, identity or "".
[[nodiscard]] Inflated inflated(std::string raw, std::string_view encoding, std::size_t max_bytes);

}  // namespace executus::tools
