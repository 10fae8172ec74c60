// Status and headers from the header lines that libcurl hands out one by one, of every response of an exchange: interim
// ones (1xx), redirects, the real one. Trailers that follow the body are dropped.
#pragma once

#include <optional>
#include <string_view>

#include <executus/net/client/http_client.hpp>

namespace executus::net {

enum class HttpVersion { one, two };

struct HttpHead {
  int status = 0;
  HttpHeaders headers;
  HttpVersion version = HttpVersion::one;
};

class HeadReader final {
 public:
  explicit HeadReader(Redirects redirects) : redirects_(redirects) {}

  // One line with its line end. The head, when this line completes the one that the caller is to see.
  [[nodiscard]] std::optional<HttpHead> line(std::string_view line);
  [[nodiscard]] bool begun() const noexcept { return begun_; }  // there was a line
  [[nodiscard]] bool done() const noexcept { return done_; }

 private:
  [[nodiscard]] bool is_final() const;

  Redirects redirects_;
  HttpHead head_;
  bool begun_ = false;
  bool done_ = false;
};

}  // namespace executus::net
