#include "mcp/http/headers.hpp"

#include <algorithm>
#include <utility>

#include "base/base64.hpp"
#include "mcp/wire/fields.hpp"
#include "mcp/wire/request_meta.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

constexpr std::string_view kEncoded = "=?base64?";

struct Named {
  std::string_view method;
  const json::object* params = nullptr;
};

Named named(const Message& message) {
  if (const auto* request = std::get_if<Request>(&message)) return {request->method, &request->params};
  if (const auto* notification = std::get_if<Notification>(&message))
    return {notification->method, &notification->params};
  return {};
}

std::string modern_version_of(const json::object& params) {
  const auto* meta = object_in(params, "_meta");
  return meta ? text_or(*meta, std::string(kMetaPrefix) + "protocolVersion") : std::string();
}

// The member of the params that Mcp-Name repeats.
std::string_view name_member(std::string_view method) {
  if (method == "tools/call" || method == "prompts/get") return "name";
  if (method == "resources/read") return "uri";
  return method.starts_with("tasks/") ? "taskId" : "";
}

void add_modern(net::HttpHeaders& headers, const Named& message) {
  headers.emplace_back("MCP-Protocol-Version", modern_version_of(*message.params));
  headers.emplace_back("Mcp-Method", std::string(message.method));
  auto member = name_member(message.method);
  if (const auto* name = member.empty() ? nullptr : text_in(*message.params, member))
    headers.emplace_back("Mcp-Name", as_header_value(*name));
}

net::HttpHeaders agreed_headers(const Agreed& agreed) {
  net::HttpHeaders headers;
  if (agreed.version) headers.emplace_back("MCP-Protocol-Version", std::string(to_string(*agreed.version)));
  if (!agreed.session.empty()) headers.emplace_back("Mcp-Session-Id", agreed.session);
  return headers;
}

bool is_plain(std::string_view text) {
  bool printable = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; });
  bool trimmed = text.empty() || (text.front() != ' ' && text.back() != ' ');
  return printable && trimmed && !(text.starts_with(kEncoded) && text.ends_with("?="));
}

}  // namespace

bool is_modern_message(const Message& message) {
  auto [method, params] = named(message);
  return params && !modern_version_of(*params).empty();
}

net::HttpHeaders post_headers(const Message& message, const Agreed& agreed) {
  auto of_message = named(message);
  bool begins = of_message.method == "initialize";
  auto headers = begins || is_modern_message(message) ? net::HttpHeaders() : agreed_headers(agreed);
  if (is_modern_message(message)) add_modern(headers, of_message);
  headers.emplace_back("Content-Type", "application/json");
  headers.emplace_back("Accept", "application/json, text/event-stream");
  return headers;
}

net::HttpHeaders stream_headers(const Agreed& agreed, const std::string& last_id) {
  auto headers = agreed_headers(agreed);
  headers.emplace_back("Accept", "text/event-stream");
  if (!last_id.empty()) headers.emplace_back("Last-Event-ID", last_id);
  return headers;
}

net::HttpHeaders end_headers(const Agreed& agreed) { return agreed_headers(agreed); }

std::string as_header_value(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  return std::string(kEncoded) + base64_encode(text) + "?=";
}

}  // namespace executus::mcp
