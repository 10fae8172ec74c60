// Requests to the address of one server, with what was agreed on and what lets them in. On one strand.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <executus/async/task.hpp>
#include <executus/net/client/http_client.hpp>

#include "mcp/auth/authorization.hpp"
#include "mcp/connection/transport.hpp"
#include "mcp/http/headers.hpp"

namespace executus::mcp {

class HttpChannel final {
 public:
  struct Where {
    net::HttpClient* http = nullptr;  // outlives the channel
    std::string server;               // its name, for messages
    std::string url;
    net::HttpHeaders headers = {};  // configured: they go to this address alone, since no redirect is followed
    std::shared_ptr<Authorization> authorization = {};
  };
  explicit HttpChannel(Where where) : where_(std::move(where)) {}

  Agreed agreed;

  // Each throws Error, HttpError among them. A request that was refused for want of rights is sent again when the
  // authorization has others to offer, three times at most.
  [[nodiscard]] Task<net::HttpStream> post(const Transport::Outgoing& outgoing);
  [[nodiscard]] Task<net::HttpStream> listen(const std::string& last_id);
  [[nodiscard]] Task<net::HttpStream> end_session();

  [[nodiscard]] const std::string& server() const noexcept { return where_.server; }

 private:
  [[nodiscard]] net::HttpRequest request(std::string method, net::HttpHeaders headers) const;
  [[nodiscard]] Task<net::HttpStream> ask(net::HttpRequest request);

  const Where where_;
};

// A body to its end. Throws Error mcp.too_large above 32 MiB.
[[nodiscard]] Task<std::string> whole_body(std::unique_ptr<net::HttpBody> body);

}  // namespace executus::mcp
