#include "tools/text_lines.hpp"

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
  if (std::string_view(buffer_).substr(0, kBinarySniff).find('\0') != std::string_view::npos)
    throw failed("tool.path", "'" + path_ + "' is a binary file");
}

std::optional<std::string_view> TextLines::next() {
  line_.clear();
  cut_ = ended_ = false;
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
  if (cut_) line_.resize(clip_bytes(line_, kLongestLine).size());
  if (!is_valid_utf8(line_)) line_ = repair_utf8(line_);
  return line_;
}

std::string_view TextLines::last_bare() const {
  std::string_view bare = line_;
  if (lines_ == 1 && bare.starts_with(kByteOrderMark)) bare.remove_prefix(kByteOrderMark.size());
  if (ended_ && !cut_ && bare.ends_with('\r')) bare.remove_suffix(1);
  return bare;
}

void TextLines::keep(std::string_view part) {
  // One byte more than is shown tells where a character that does not fit begins.
  std::size_t room = kLongestLine + 1 - std::min(kLongestLine + 1, line_.size());
  cut_ = cut_ || line_.size() + part.size() > kLongestLine;
  line_.append(part.substr(0, room));
}

bool TextLines::fill() {
  if (stop_.stop_requested()) throw failed("tool.stopped", "reading '" + path_ + "' was given up: nobody waits for it");
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
