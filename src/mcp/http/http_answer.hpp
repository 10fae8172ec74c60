// What the head of an HTTP answer says about the request. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <executus/net/client/http_client.hpp>

#include "mcp/connection/transport.hpp"

namespace executus::mcp {

// json, events: messages follow. nothing: it was accepted, and there is no more to it. other: a body that is no answer
// of MCP.
enum class AnswerKind { json, events, nothing, other };
[[nodiscard]] AnswerKind answer_kind(const net::HttpHeaders& headers, int status);

struct Refusal {
  int status = 0;
  net::HttpHeaders headers = {};
  std::string body = {};     // as far as it was read
  bool had_session = false;  // the request named one
};

// The error of JSON-RPC that the body holds, if it is the server's answer to the request `asked`. A refusal to let the
// client in, and a session that is gone, are none, whatever the body says; nor is what a gateway may have written: 408,
// 502, 504, and 5xx without the id of the request.
[[nodiscard]] std::optional<RpcError> error_in(const Refusal& refusal, const RpcId& asked);

// Of the session that the request named: the server does not know it any more.
[[nodiscard]] bool is_session_gone(const Refusal& refusal);

[[nodiscard]] Loss loss_of(Refusal refusal, const std::string& server);
[[nodiscard]] Loss loss_of(const Error& error, const std::string& server);

}  // namespace executus::mcp
