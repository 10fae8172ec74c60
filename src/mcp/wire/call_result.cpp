#include "mcp/wire/call_result.hpp"

#include <utility>

#include "base/named.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

using Status = ServerTask::Status;

Error malformed(const std::string& what) { return failed("mcp.malformed", "the result " + what); }

Result<CallAnswered> plain_result(const json::object& result) {
  CallResult read{{}, {}, is_true(result, "isError")};
  const auto* content = result.if_contains("content");
  if (const auto* structured = result.if_contains("structuredContent"); structured && !structured->is_null())
    read.structured = *structured;
  if (content && content->is_array())
    read.content = read_blocks(content->get_array());
  else if (content || !read.structured)
    return malformed("has no list 'content'");
  return CallAnswered(std::move(read));
}

std::vector<InputRequest> requests_in(const json::object& result) {
  std::vector<InputRequest> requests;
  const auto* map = object_in(result, "inputRequests");
  if (!map) return requests;
  for (const auto& member : *map) {
    const auto* request = member.value().if_object();
    if (!request) continue;
    const auto* params = object_in(*request, "params");
    requests.push_back({std::string(member.key()), text_or(*request, "method"), params ? *params : json::object()});
  }
  return requests;
}

Result<CallAnswered> input_required(const json::object& result) {
  InputRequired read{requests_in(result), {}};
  if (const auto* state = text_in(result, "requestState")) read.state = std::string(*state);
  if (read.requests.empty() && !read.state) return malformed("asks for input, and does not say for which");
  return CallAnswered(std::move(read));
}

Result<CallAnswered> as_answer(Result<ServerTask> task) {
  if (!task) return task.error();
  return CallAnswered(std::move(*task));
}

}  // namespace

std::string_view to_string(ServerTask::Status status) {
  switch (status) {
    case Status::working:
      return "working";
    case Status::input_required:
      return "input_required";
    case Status::completed:
      return "completed";
    case Status::failed:
      return "failed";
    case Status::cancelled:
      return "cancelled";
  }
  return "";
}

Result<ServerTask> read_task(const json::object& task) {
  using enum Status;
  auto status = find_named<Status>(text_or(task, "status"), {working, input_required, completed, failed, cancelled});
  ServerTask read{status.value_or(working), text_or(task, "taskId"), text_or(task, "statusMessage"), {}, {}, {}, {}};
  if (!status || read.id.empty()) return malformed("is a task without an id or a status");
  auto interval = integer_in(task, "pollIntervalMs");
  if (!interval) interval = integer_in(task, "pollInterval");
  if (interval && *interval >= 0) read.poll_interval = Milliseconds(*interval);
  read.requests = requests_in(task);
  if (const auto* result = object_in(task, "result")) read.result = *result;
  if (const auto* error = object_in(task, "error"))
    read.error = RpcError{integer_in(*error, "code").value_or(0), text_or(*error, "message"), nullptr};
  return read;
}

Result<CallAnswered> read_call_result(const json::object& result, Version version) {
  if (!is_modern(version)) {
    const auto* task = object_in(result, "task");
    return task && !result.contains("content") ? as_answer(read_task(*task)) : plain_result(result);
  }
  auto type = text_or(result, "resultType", "complete");
  if (type == "complete") return plain_result(result);
  if (type == "input_required") return input_required(result);
  if (type == "task") return as_answer(read_task(result));
  return malformed("is of a type '" + type + "' that this version does not have");
}

}  // namespace executus::mcp
