#include <algorithm>

#include <executus/net/client/http_client.hpp>

namespace executus::net {
namespace {

char lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_header_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower_ascii, lower_ascii);
}

}  // namespace

std::optional<std::string_view> find_header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (same_header_name(key, name)) return value;
  return std::nullopt;
}

Task<HttpResponse> HttpClient::send(HttpRequest request) {
  HttpStream stream = co_await open(std::move(request));
  HttpResponse response{stream.status, std::move(stream.headers), {}};
  for (;;) {
    std::optional<std::string> bytes = co_await stream.body->next();
    if (!bytes) co_return response;
    response.body += *bytes;
  }
}

}  // namespace executus::net
