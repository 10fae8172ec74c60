#include "mcp/wire/json_rpc.hpp"

#include <utility>

#include <executus/base/json.hpp>

#include "base/text.hpp"
#include "mcp/wire/codes.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

constexpr std::size_t kProblemsNamed = 3;

// A long array of what is no message must not become as many texts.
struct Reading {
  ReadMessages read = {};
  std::size_t more = 0;  // problems that are not named

  void problem(std::string what) {
    if (read.problems.size() < kProblemsNamed)
      read.problems.push_back(std::move(what));
    else
      ++more;
  }
  ReadMessages whole() && {
    if (more > 0) read.problems.push_back(std::to_string(more) + " more in the same array that are no messages");
    return std::move(read);
  }
};

RpcError error_from(const json::value& error) {
  const auto* object = error.if_object();
  if (!object) return {kUnreadableAnswer, "the error of the answer is no object: " + write_json(error), nullptr};
  RpcError read{integer_in(*object, "code").value_or(kUnreadableAnswer), text_or(*object, "message"), nullptr};
  if (const auto* data = object->if_contains("data")) read.data = *data;
  return read;
}

Response response_from(const json::object& message) {
  const auto* id = message.if_contains("id");
  Response response{id ? rpc_id_from(*id) : std::nullopt, json::object()};
  const auto* error = message.if_contains("error");
  const auto* result = object_in(message, "result");
  if (error && !error->is_null())
    response.what = error_from(*error);
  else if (result)
    response.what = *result;
  else
    response.what = RpcError{kUnreadableAnswer, "the result of the answer is no object", nullptr};
  return response;
}

// Of a message that has a method.
void read_asked(const json::object& message, const json::string& method, Reading& reading) {
  const auto* params = object_in(message, "params");
  json::object given = params ? *params : json::object();
  const auto* id = message.if_contains("id");
  if (!id) {
    reading.read.messages.emplace_back(Notification{std::string(method), std::move(given)});
  } else if (auto known = rpc_id_from(*id)) {
    reading.read.messages.emplace_back(Request{std::move(*known), std::string(method), std::move(given)});
  } else {
    reading.problem("a request '" + std::string(method) + "' whose id is neither a text nor an integer");
  }
}

void read_message(const json::value& value, Reading& reading) {
  const auto* message = value.if_object();
  if (!message)
    reading.problem("a message that is no object but " + std::string(kind_in_words(value)));
  else if (const auto* method = text_in(*message, "method"))
    read_asked(*message, *method, reading);
  else if (message->contains("result") || message->contains("error"))
    reading.read.messages.emplace_back(response_from(*message));
  else
    reading.problem("an object that is neither a request, a notification nor an answer");
}

json::object begun() { return {{"jsonrpc", "2.0"}}; }

void add_params(json::object& message, const std::string& method, const json::object& params) {
  message["method"] = method;
  if (!params.empty()) message["params"] = params;
}

json::object as_json(const Request& request) {
  auto message = begun();
  message["id"] = to_json(request.id);
  add_params(message, request.method, request.params);
  return message;
}

json::object as_json(const Notification& notification) {
  auto message = begun();
  add_params(message, notification.method, notification.params);
  return message;
}

json::object as_json(const Response& response) {
  auto message = begun();
  message["id"] = response.id ? to_json(*response.id) : json::value(nullptr);
  if (const auto* error = response.error()) {
    json::object said{{"code", error->code}, {"message", error->message}};
    if (!error->data.is_null()) said["data"] = error->data;
    message["error"] = std::move(said);
  } else {
    message["result"] = *response.result();
  }
  return message;
}

}  // namespace

json::value to_json(const RpcId& id) {
  return std::visit([](const auto& value) { return json::value(value); }, id);
}

std::optional<RpcId> rpc_id_from(const json::value& json) {
  if (const auto* text = json.if_string()) return RpcId(std::string(*text));
  if (auto number = whole_number(json)) return RpcId(*number);
  return std::nullopt;
}

std::string to_text(const RpcId& id) { return write_json(to_json(id)); }

Result<ReadMessages> read_messages(std::string_view text) {
  auto value = is_valid_utf8(text) ? parse_json(text) : parse_json(repair_utf8(text));
  if (!value) return failed("mcp.malformed", "no JSON-RPC message: " + value.error().message());
  Reading reading;
  if (const auto* several = value->if_array())
    for (const auto& one : *several) read_message(one, reading);
  else
    read_message(*value, reading);
  return std::move(reading).whole();
}

std::string write(const Message& message) {
  return std::visit([](const auto& one) { return write_json(as_json(one)); }, message);
}

}  // namespace executus::mcp
