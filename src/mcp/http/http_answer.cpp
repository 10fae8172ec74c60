#include "mcp/http/http_answer.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "mcp/wire/json_rpc.hpp"

namespace executus::mcp {
namespace {

constexpr std::size_t kMostQuoted = 300;

std::string header_of(const net::HttpHeaders& headers, std::string_view name) {
  return std::string(net::find_header(headers, name).value_or(""));
}

// An answer of JSON-RPC that is an error.
std::optional<Response> rpc_error_in(std::string_view body) {
  auto read = read_messages(body);
  if (!read || read->messages.size() != 1) return std::nullopt;
  const auto* response = std::get_if<Response>(&read->messages.front());
  return response && response->error() ? std::optional(*response) : std::nullopt;
}

bool wants_other_rights(const Refusal& refusal) {
  return refusal.status == 403 &&
         header_of(refusal.headers, "WWW-Authenticate").find("insufficient_scope") != std::string::npos;
}

bool lets_nobody_in(const Refusal& refusal) { return refusal.status == 401 || refusal.status == 403; }

// 408 and the errors of a gateway say nothing of what the server behind it did.
bool may_have_acted(int status) { return status == 408 || status >= 500; }

bool is_of_a_gateway(int status) { return status == 408 || status == 502 || status == 504; }

// What may have acted, the server itself has answered where it names the request.
bool is_its_answer(const Response& response, int status, const RpcId& asked) {
  return !may_have_acted(status) || (!is_of_a_gateway(status) && response.id == asked);
}

std::string in_its_words(std::string_view body) {
  auto text = trim(clip(body, kMostQuoted));
  return text.empty() ? std::string() : ": " + repair_utf8(text);
}

Error problem_of(const Refusal& refusal, const std::string& server) {
  std::string what = "MCP server '" + server + "'";
  std::string status = "HTTP " + std::to_string(refusal.status);
  if (refusal.status == 401) return failed("mcp.login", what + " wants a login (" + status + ")");
  if (wants_other_rights(refusal))
    return failed("mcp.login", what + " wants a login with more rights (" + status + ")");
  if (refusal.status == 403)
    return failed("mcp.forbidden", what + " refuses this client (" + status + ")" + in_its_words(refusal.body));
  if (is_session_gone(refusal))
    return {ErrorKind::disconnected, "mcp.session", what + " has forgotten its session, and a new one too"};
  if (refusal.status == 429)
    return {ErrorKind::overloaded, "mcp.refused", what + " has too much to do (" + status + "); ask it later"};
  if (may_have_acted(refusal.status))
    return {ErrorKind::disconnected, "mcp.unreachable",
            what + " did not answer (" + status + ")" + in_its_words(refusal.body)};
  return failed("mcp.refused", what + " refused the request (" + status + ")" + in_its_words(refusal.body));
}

}  // namespace

AnswerKind answer_kind(const net::HttpHeaders& headers, int status) {
  auto type = lowered(header_of(headers, "Content-Type"));
  auto name = trim(std::string_view(type).substr(0, type.find(';')));
  if (status == 202 || status == 204) return AnswerKind::nothing;
  if (name == "application/json") return AnswerKind::json;
  return name == "text/event-stream" ? AnswerKind::events : AnswerKind::other;
}

std::optional<RpcError> error_in(const Refusal& refusal, const RpcId& asked) {
  if (lets_nobody_in(refusal) || is_session_gone(refusal)) return std::nullopt;
  auto response = rpc_error_in(refusal.body);
  if (!response || !is_its_answer(*response, refusal.status, asked)) return std::nullopt;
  return *response->error();
}

// Servers on the official SDK say 400 with one of these codes where the specification wants 404.
bool is_session_gone(const Refusal& refusal) {
  if (!refusal.had_session) return false;
  if (refusal.status == 404) return true;
  auto response = refusal.status == 400 ? rpc_error_in(refusal.body) : std::nullopt;
  return response && (response->error()->code == -32000 || response->error()->code == -32001);
}

Loss loss_of(Refusal refusal, const std::string& server) {
  Loss loss{.problem = problem_of(refusal, server)};
  loss.got = may_have_acted(refusal.status) ? Loss::Got::maybe : Loss::Got::no;
  loss.why = Loss::Why::refused;
  if (is_session_gone(refusal)) loss.why = Loss::Why::session_gone;
  if (refusal.status == 401 || wants_other_rights(refusal)) loss.why = Loss::Why::login;
  loss.status = refusal.status;
  loss.challenge = header_of(refusal.headers, "WWW-Authenticate");
  loss.body = std::move(refusal.body);
  return loss;
}

Loss loss_of(const Error& error, const std::string& server) {
  const auto* http = dynamic_cast<const net::HttpError*>(&error);
  if (!http && error.code().starts_with("mcp.")) {
    auto why = error.code() == "mcp.login" ? Loss::Why::login : Loss::Why::cut;
    return {.got = Loss::Got::maybe, .why = why, .problem = error};
  }
  bool unsent = http && http->sent() == net::Sent::no;
  Error problem(ErrorKind::disconnected, "mcp.unreachable",
                "MCP server '" + server + (unsent ? "' cannot be reached: " : "' gave no answer: ") + error.message());
  return {.got = unsent ? Loss::Got::no : Loss::Got::maybe, .why = Loss::Why::cut, .problem = std::move(problem)};
}

}  // namespace executus::mcp
