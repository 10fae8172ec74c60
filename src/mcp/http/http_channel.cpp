#include "mcp/http/http_channel.hpp"

#include <cstddef>

namespace executus::mcp {
namespace {

constexpr int kMostAuthorizations = 3;
constexpr std::size_t kLongestStream = std::size_t{1} << 30;
constexpr std::size_t kLongestMessage = std::size_t{32} * 1024 * 1024;

}  // namespace

net::HttpRequest HttpChannel::request(std::string method, net::HttpHeaders headers) const {
  net::HttpRequest request;
  request.method = std::move(method);
  request.url = where_.url;
  request.headers = std::move(headers);
  request.headers.insert(request.headers.end(), where_.headers.begin(), where_.headers.end());
  request.timeout = std::nullopt;  // whoever waits for the answer has clocks of its own
  request.max_body = kLongestStream;
  return request;
}

Task<net::HttpStream> HttpChannel::ask(net::HttpRequest request) {
  if (!where_.authorization) co_return co_await where_.http->open(std::move(request));
  for (int authorizations = 0;; ++authorizations) {
    auto used = co_await where_.authorization->header();
    auto asked = request;
    if (!used.empty()) asked.headers.emplace_back("Authorization", used);
    auto stream = co_await where_.http->open(std::move(asked));
    if ((stream.status != 401 && stream.status != 403) || authorizations == kMostAuthorizations)
      co_return std::move(stream);
    auto challenge = std::string(net::find_header(stream.headers, "WWW-Authenticate").value_or(""));
    if (!co_await where_.authorization->renew(used, stream.status, challenge)) co_return std::move(stream);
  }
}

Task<net::HttpStream> HttpChannel::post(const Transport::Outgoing& outgoing) {
  auto headers = post_headers(outgoing.message, agreed);
  if (is_modern_message(outgoing.message))
    for (const auto& [name, text] : outgoing.headers) headers.emplace_back(name, as_header_value(text));
  auto asked = request("POST", std::move(headers));
  asked.body = write(outgoing.message);
  asked.permit = outgoing.permit;
  if (outgoing.sends == Transport::Sends::once) asked.reuse = net::Reuse::fresh_connection;
  return ask(std::move(asked));
}

Task<net::HttpStream> HttpChannel::listen(const std::string& last_id) {
  return ask(request("GET", stream_headers(agreed, last_id)));
}

Task<net::HttpStream> HttpChannel::end_session() { return ask(request("DELETE", end_headers(agreed))); }

Task<std::string> whole_body(std::unique_ptr<net::HttpBody> body) {
  std::string text;
  while (auto bytes = co_await body->next()) {
    text += *bytes;
    if (text.size() > kLongestMessage)
      throw failed("mcp.too_large", "the server answered with more than 32 MiB; let it answer with less");
  }
  co_return text;
}

}  // namespace executus::mcp
