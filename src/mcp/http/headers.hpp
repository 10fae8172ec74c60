// The headers of an HTTP request of MCP, as its version wants them. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/net/client/http_client.hpp>

#include "mcp/wire/json_rpc.hpp"
#include "mcp/wire/version.hpp"

namespace executus::mcp {

// What was agreed on before, in legacy versions.
struct Agreed {
  std::optional<Version> version = {};
  std::string session = {};  // empty: the server has none
};

// Of a POST with `message`. A modern message says its version itself.
[[nodiscard]] net::HttpHeaders post_headers(const Message& message, const Agreed& agreed);

// Of a GET that listens, and of a DELETE that ends the session. `last_id`: where a broken stream goes on.
[[nodiscard]] net::HttpHeaders stream_headers(const Agreed& agreed, const std::string& last_id);
[[nodiscard]] net::HttpHeaders end_headers(const Agreed& agreed);

// A text as the value of a Mcp-Name or Mcp-Param-... header: itself, or "=?base64?...?=" where it could not be told
// from its neighbours or is no plain ASCII.
[[nodiscard]] std::string as_header_value(std::string_view text);

// Whether the message is one of a modern version: it says so in its `_meta`.
[[nodiscard]] bool is_modern_message(const Message& message);

}  // namespace executus::mcp
