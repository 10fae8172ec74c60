// JSON-RPC 2.0 messages as MCP has them: params and results are objects, an id is a text or an integer. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <executus/base/result.hpp>

namespace executus::mcp {

using RpcId = std::variant<std::int64_t, std::string>;

[[nodiscard]] boost::json::value to_json(const RpcId& id);
[[nodiscard]] std::optional<RpcId> rpc_id_from(const boost::json::value& json);
[[nodiscard]] std::string to_text(const RpcId& id);  // for messages to people

struct RpcError {
  std::int64_t code = 0;
  std::string message = {};
  boost::json::value data = nullptr;
};

struct Request {
  RpcId id;
  std::string method;
  boost::json::object params = {};
};

struct Notification {
  std::string method;
  boost::json::object params = {};
};

struct Response {
  std::optional<RpcId> id = {};  // nothing: an error about a message that could not be read
  std::variant<boost::json::object, RpcError> what;

  [[nodiscard]] const RpcError* error() const noexcept { return std::get_if<RpcError>(&what); }
  [[nodiscard]] const boost::json::object* result() const noexcept { return std::get_if<boost::json::object>(&what); }
};

using Message = std::variant<Request, Notification, Response>;

// What a text holds: one message, or those of an array. What is no message is left out, with why: the
// first three, and how many more; an answer that cannot
// be read becomes an error of code kUnreadableAnswer, so that what waits for it ends. Texts are valid UTF-8: bytes that
// are not are replaced. Error mcp.malformed: the text is no JSON.
struct ReadMessages {
  std::vector<Message> messages = {};
  std::vector<std::string> problems = {};
};
[[nodiscard]] Result<ReadMessages> read_messages(std::string_view text);

[[nodiscard]] std::string write(const Message& message);  // one line, without its end

}  // namespace executus::mcp
