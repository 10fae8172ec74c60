// Words of an authorization server, for people: plain ASCII, and not many.
#pragma once

#include <string>

namespace executus::mcp {

[[nodiscard]] inline std::string shown_words(std::string text) {
  std::erase_if(text, [](char c) { return c < 0x20 || c > 0x7E; });
  return text.substr(0, 200);
}

}  // namespace executus::mcp
