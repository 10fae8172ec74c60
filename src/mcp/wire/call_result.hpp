// What comes of `tools/call`. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <executus/base/clock.hpp>
#include <executus/base/result.hpp>

#include "mcp/wire/content.hpp"
#include "mcp/wire/json_rpc.hpp"
#include "mcp/wire/version.hpp"

namespace executus::mcp {

struct CallResult {
  std::vector<Block> content = {};
  std::optional<boost::json::value> structured = {};
  bool is_error = false;
};

// What the server wants to know before it goes on (modern versions): the same request is to be made again with the
// answers.
struct InputRequest {
  std::string key;
  std::string method;  // elicitation/create, sampling/createMessage, roots/list
  boost::json::object params = {};
};
struct InputRequired {
  std::vector<InputRequest> requests = {};
  std::optional<std::string> state = {};  // goes back as it came
};

// A call that goes on at the server when nobody waits for it. Not Task: that is the coroutine.
struct ServerTask {
  enum class Status { working, input_required, completed, failed, cancelled } status = Status::working;
  std::string id;
  std::string message = {};
  std::optional<Milliseconds> poll_interval = {};
  std::vector<InputRequest> requests = {};         // of input_required, in modern versions
  std::optional<boost::json::object> result = {};  // of completed, in modern versions
  std::optional<RpcError> error = {};              // of failed, in modern versions
};

[[nodiscard]] std::string_view to_string(ServerTask::Status status);

using CallAnswered = std::variant<CallResult, InputRequired, ServerTask>;

// Error mcp.malformed: a kind of result that this version does not have, or of another shape.
[[nodiscard]] Result<CallAnswered> read_call_result(const boost::json::object& result, Version version);

// A task as `tasks/get` answers it, or as it is in an answer to `tools/call`.
[[nodiscard]] Result<ServerTask> read_task(const boost::json::object& task);

}  // namespace executus::mcp
