#include "llm/answer_errors.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include <executus/base/json.hpp>

#include "llm/failure.hpp"
#include "llm/retry_after.hpp"
#include "llm/wire.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

// {"error": {"message", "type", "code"}}; some servers say {"error": "..."}, {"message": "..."} or {"detail": "..."}.
std::string words_in(const json::object& body) {
  if (const auto* error = body.if_contains("error")) {
    if (const auto* object = error->if_object()) return text_in(*object, "message");
    if (error->is_string()) return text_in(body, "error");
  }
  auto message = text_in(body, "message");
  return message.empty() ? text_in(body, "detail") : message;
}

std::string quoted_words(std::string_view body, const std::string& secret) {
  auto parsed = parse_json(body);
  const auto* object = parsed ? error_body(*parsed) : nullptr;
  auto words = object ? words_in(*object) : std::string();
  auto text = quotable(words.empty() ? body : std::string_view(words), secret);
  return text.empty() ? "" : ": " + text;
}

std::string advice(int status, const Server& server) {
  switch (status) {
    case 401:
    case 403:
      return "; check " + server.variable;
    case 404:
      return "; check the model's id and the server's address " + server.base_url +
             " (of an OpenAI-compatible API it mostly ends in /v1)";
    case 429:
      return "; slow down, or raise the limits of the account behind " + server.variable;
    default:
      return failure_of_status(status) == Failure::permanent ? "; change the request or the model"
                                                             : "; try again later";
  }
}

// An HTTP status where the number is one.
int status_in(const json::object& object, std::string_view key) {
  auto status = count_in(&object, key);
  return status >= 400 && status <= 599 ? static_cast<int>(status) : 0;
}

bool is_permanent(const std::string& type) {
  constexpr std::array<std::string_view, 6> stays{"invalid_request_error",   "authentication_error", "permission_error",
                                                  "context_length_exceeded", "invalid_api_key",      "not_found_error"};
  return std::find(stays.begin(), stays.end(), type) != stays.end();
}

}  // namespace

ModelError status_error(int status, std::string_view body, std::optional<Milliseconds> retry_after,
                        const Server& server) {
  return {failure_of_status(status), std::string(code_of_status(status)),
          server.target + " answered with HTTP status " + std::to_string(status) + quoted_words(body, server.secret) +
              advice(status, server),
          status, retry_after};
}

ModelError transport_error(std::string_view code, std::string_view words, const Server& server) {
  auto error = [&](Failure failure, std::string kind, const std::string& what, const std::string& advice) {
    return ModelError(failure, std::move(kind),
                      server.target + " " + what + " (" + std::string(words) + "); " + advice);
  };
  if (code == "net.timeout")
    return error(Failure::transient, "model.timeout", "did not answer in time", "try again later");
  if (code == "net.reset" || code == "net.protocol")
    return error(Failure::transient, "model.truncated", "broke off its answer", "try again");
  if (code == "net.bad_url" || code == "net.bad_request" || code == "net.too_large")
    return error(Failure::permanent, "model.rejected", "cannot be asked", "check " + server.variable);
  return error(Failure::transient, "model.unreachable", "cannot be reached",
               "check that " + server.base_url + " is right and that its server runs");
}

ModelError missing_key(const Server& server) {
  return {Failure::permanent, "model.credentials",
          server.target + " cannot be asked without a key: set " + server.variable};
}

ModelError malformed_answer(const std::string& target, const std::string& what) {
  return {Failure::unknown, "model.malformed",
          "the answer of " + target + " cannot be read: " + what +
              "; check that the server's address is that of the API it was given as"};
}

ModelError truncated_answer(const std::string& target) {
  return {Failure::transient, "model.truncated", "the answer of " + target + " ended in the middle; ask again"};
}

const json::object* error_body(const json::value& body) {
  if (const auto* list = body.if_array()) return list->empty() ? nullptr : list->front().if_object();
  return body.if_object();
}

void throw_if_error(const json::object& body, const Asked& asked) {
  const auto* error = body.if_contains("error");
  if (!error || error->is_null()) return;
  auto words = quotable(words_in(body), asked.secret);
  const auto* object = error->if_object();
  int status = object ? status_in(*object, "code") : status_in(body, "status");  // {"error": "...", "status": 503}
  bool stays = object && (is_permanent(text_in(*object, "type")) || is_permanent(text_in(*object, "code")));
  Failure failure = stays ? Failure::permanent : status ? failure_of_status(status) : Failure::transient;
  std::string code(status ? code_of_status(status) : stays ? "model.rejected" : "model.unavailable");
  throw ModelError(
      failure, std::move(code),
      asked.target + " reported an error while answering: " + (words.empty() ? "it gave no reason" : words), status,
      object ? retry_delay_in(*object) : std::nullopt);
}

}  // namespace executus::llm
