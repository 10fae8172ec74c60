#include <executus/net/client/http_client.hpp>

#include "base/ascii.hpp"

namespace executus::net {

std::optional<std::string_view> find_header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (equals_ignoring_case(key, name)) return value;
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
