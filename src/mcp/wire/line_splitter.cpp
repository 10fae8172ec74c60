#include "mcp/wire/line_splitter.hpp"

#include <utility>

namespace executus::mcp {

Result<std::vector<std::string>> LineSplitter::feed(std::string_view bytes) {
  std::vector<std::string> lines;
  if (failed_) return lines;
  while (!bytes.empty()) {
    auto end = bytes.find('\n');
    begun_.append(bytes.substr(0, end));
    if (begun_.size() > longest_) return fail();
    if (end == bytes.npos) break;
    bytes.remove_prefix(end + 1);
    if (begun_.ends_with('\r')) begun_.pop_back();
    if (!begun_.empty()) lines.push_back(std::exchange(begun_, {}));
  }
  return lines;
}

Error LineSplitter::fail() {
  failed_ = true;
  begun_ = std::string();  // its memory too
  return failed("mcp.too_large", "a line of more than " + std::to_string(longest_) + " bytes");
}

}  // namespace executus::mcp
