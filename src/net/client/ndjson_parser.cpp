#include "net/client/ndjson_parser.hpp"

#include <utility>

#include <executus/base/error.hpp>

#include "base/text.hpp"

namespace executus::net {

std::vector<std::string> NdjsonParser::feed(std::string_view chunk) {
  std::vector<std::string> lines;
  while (!chunk.empty()) {
    auto end = chunk.find('\n');
    auto piece = chunk.substr(0, end);
    if (line_.size() + piece.size() > max_bytes_)
      throw failed("net.too_large", "the server sent a line of more than " + std::to_string(max_bytes_) +
                                        " bytes; raise the limit or ask for less");
    line_ += piece;
    if (end == std::string_view::npos) break;
    chunk.remove_prefix(end + 1);
    take(lines);
  }
  return lines;
}

std::vector<std::string> NdjsonParser::finish() {
  std::vector<std::string> lines;
  take(lines);
  return lines;
}

void NdjsonParser::take(std::vector<std::string>& lines) {
  auto line = std::exchange(line_, {});
  if (auto text = trim(line); !text.empty()) lines.emplace_back(text);
}

}  // namespace executus::net
