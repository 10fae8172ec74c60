#include "tools/http/http_exchange.hpp"

#include <string>
#include <utility>

namespace executus::tools {

Task<HttpAnswer> exchange(net::HttpClient& http, net::HttpRequest request, Secrets secrets) {
  auto stream = co_await http.open(std::move(request));
  std::string raw;
  Part part = Part::whole;
  try {
    while (auto bytes = co_await stream.body->next()) raw += *bytes;
  } catch (const net::HttpError& error) {
    if (error.code() != "net.too_large") throw;
    part = Part::beginning;
  }
  co_return read_answer(stream.status, stream.headers, std::move(raw), part, secrets);
}

void complete_request(net::HttpRequest& request) {
  request.max_body = kMaxHttpBody;
  if (!net::find_header(request.headers, "Accept-Encoding"))
    request.headers.emplace_back("Accept-Encoding", "identity");
}

}  // namespace executus::tools
