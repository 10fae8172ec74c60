#include "tools/edits/normal_text.hpp"

#include <algorithm>

namespace executus::tools {

NormalText::NormalText(std::string_view bytes) : bytes_(bytes) {
  text_.reserve(bytes.size());
  for (std::size_t at = bytes.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0; at < bytes.size(); ++at) {
    bool is_return = bytes[at] == '\r';
    if (is_return && bytes.substr(at + 1, 1) == "\n") {
      pairs_.push_back(text_.size());
      ++at;
    }
    text_ += is_return ? '\n' : bytes[at];
  }
}

std::size_t NormalText::place(std::size_t at) const {
  auto pairs_before = static_cast<std::size_t>(std::ranges::lower_bound(pairs_, at) - pairs_.begin());
  return (bytes_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0) + at + pairs_before;
}

std::string_view NormalText::line_end(std::size_t at) const {
  auto begin = place(at);
  return bytes_.substr(begin, place(at + 1) - begin);
}

std::string_view NormalText::line_end_near(std::size_t at) const {
  auto before = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
  auto found = before == std::string::npos ? text_.find('\n', at) : before;
  return found == std::string::npos ? "\n" : line_end(found);
}

std::string with_plain_line_ends(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 2) == "\r\n") ++at;
    plain += text[at] == '\r' ? '\n' : text[at];
  }
  return plain;
}

std::string spliced(std::string_view bytes, const std::vector<Splice>& splices) {
  std::string result;
  std::size_t done = 0;
  for (const auto& splice : splices) {
    result += bytes.substr(done, splice.begin - done);
    result += splice.text;
    done = splice.end;
  }
  result += bytes.substr(done);
  return result;
}

}  // namespace executus::tools
