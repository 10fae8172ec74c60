// What connects to an MCP server over HTTP, and servers that others wrote as child processes.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <executus/async/loop.hpp>
#include <executus/async/one_shot.hpp>
#include <executus/async/root_group.hpp>
#include <executus/async/strand.hpp>
#include <executus/net/client/http_client.hpp>

#include "mcp/connection/connection.hpp"
#include "mcp/http/http_transport.hpp"

namespace executus::interop {

class QuietClient final : public mcp::ClientSide {
 public:
  mcp::Capabilities capabilities() const override { return {}; }
  std::vector<mcp::Root> roots() const override { return {}; }
  void said(LogLevel, const std::string&) override {}
};

// A connection to `url` on the strand of the task that asks, as a Connection wants it.
inline std::shared_ptr<mcp::Connection> connection_to(net::HttpClient& http, std::string url, Loop& loop,
                                                      std::shared_ptr<mcp::Authorization> authorization = {}) {
  auto strand = Strand::make(loop);
  mcp::HttpChannel::Where where{&http, "peer", std::move(url), {}, std::move(authorization)};
  mcp::Connection::Parts parts;
  parts.strand = strand;
  parts.transport = [strand, where] { return std::make_unique<mcp::HttpTransport>(strand, where); };
  parts.client = std::make_shared<QuietClient>();
  return mcp::Connection::make(std::move(parts));
}

}  // namespace executus::interop
