#include "tools/shared/text_lines.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <executus/base/error.hpp>

#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kChunk = 64u << 10;
constexpr std::size_t kBinarySniff = 8192;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

TextLines::TextLines(FileDescriptor file, std::string path, std::stop_token stop)
    : file_(std::move(file)), path_(std::move(path)), stop_(std::move(stop)) {
  fill();
  std::string_view begin = std::string_view(buffer_).substr(0, kBinarySniff);
  if (begin.starts_with("\xff\xfe") || begin.starts_with("\xfe\xff"))
    throw failed("tool.path", "'" + path_ + "' is text in UTF-16, which is not understood; only UTF-8 is");
  if (begin.find('\0') != std::string_view::npos) throw failed("tool.path", "'" + path_ + "' is a binary file");
}

std::optional<std::string_view> TextLines::next(std::uint64_t skip) {
  line_.clear();
  last_bytes_ = 0;
  skip_ = skip;
  ended_ = false;
  if (at_ == buffer_.size() && !fill()) return std::nullopt;
  ++lines_;
  do {
    std::string_view rest = std::string_view(buffer_).substr(at_);
    std::size_t end = rest.find('\n');
    keep(rest.substr(0, end));
    at_ = end == std::string_view::npos ? buffer_.size() : at_ + end + 1;
    ended_ = end != std::string_view::npos;
    if (ended_) break;
  } while (fill());
  if (line_.size() > kLongestLine) line_.resize(clip_bytes(line_, kLongestLine).size());
  return line_;
}

std::string_view TextLines::last_bare() const {
  std::string_view bare = std::string_view(line_).substr(last_bare_begin());
  if (last_ends_in_crlf()) bare.remove_suffix(1);
  return bare;
}

bool TextLines::last_ends_in_crlf() const { return ended_ && !last_was_cut() && line_.ends_with('\r'); }

std::size_t TextLines::last_bare_begin() const {
  return lines_ == 1 && skip_ == 0 && line_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
}

void TextLines::keep(std::string_view part) {
  std::uint64_t skipped = std::min<std::uint64_t>(part.size(), skip_ - std::min(skip_, last_bytes_));
  last_bytes_ += part.size();
  part.remove_prefix(static_cast<std::size_t>(skipped));
  // One byte more than is shown tells where a character that does not fit begins.
  std::size_t room = kLongestLine + 1 - std::min(kLongestLine + 1, line_.size());
  line_.append(part.substr(0, room));
}

bool TextLines::fill() {
  if (stop_.stop_requested())
    throw failed("tool.stopped", "reading '" + path_ + "' was given up: the call that asked for it is over");
  buffer_.resize(kChunk);
  at_ = 0;
  ssize_t got = 0;
  do got = ::read(file_.get(), buffer_.data(), kChunk);
  while (got < 0 && errno == EINTR);
  buffer_.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) throw failed("tool.path", "'" + path_ + "' cannot be read: " + std::strerror(errno));
  bytes_read_ += buffer_.size();
  return got > 0;
}

}  // namespace executus::tools
