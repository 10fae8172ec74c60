#include "net/client/head_reader.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace executus::net {
namespace {

std::string_view trim_header(std::string_view text) {
  std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

int status_of(std::string_view status_line) {  // "HTTP/1.1 200 OK"
  int status = 0;
  std::size_t space = status_line.find(' ');
  if (space != std::string_view::npos)
    std::from_chars(status_line.data() + space + 1, status_line.data() + status_line.size(), status);
  return status;
}

}  // namespace

std::optional<HttpHead> HeadReader::line(std::string_view line) {
  begun_ = true;
  if (done_) return std::nullopt;
  if (line.starts_with("HTTP/")) {
    head_ = {status_of(line), {}, line.starts_with("HTTP/2") ? HttpVersion::two : HttpVersion::one};
  } else if (std::string_view text = trim_header(line); !text.empty()) {
    std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    head_.headers.emplace_back(trim_header(text.substr(0, colon)), trim_header(text.substr(colon + 1)));
  } else if (is_final()) {
    done_ = true;
    return std::move(head_);
  }
  return std::nullopt;
}

bool HeadReader::is_final() const {
  if (head_.status < 200) return false;
  bool redirect = head_.status >= 300 && head_.status < 400 && find_header(head_.headers, "location");
  return redirects_ == Redirects::none || !redirect;
}

}  // namespace executus::net
