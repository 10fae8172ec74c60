#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/failure.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "llm/answer/error_fields.hpp"
#include "llm/answer/known_errors.hpp"
#include "llm/answer/retry_after.hpp"

namespace executus::llm {
namespace {

namespace json = boost::json;

// What the body of an answer that is no success says.
struct ToldError {
  std::string words;  // quotable
  int means;          // meant_status()
  std::string code;
};

std::string code_of(int means, const json::object* error) {
  if (means == 413 && error && is_about_an_image(*error)) return std::string(kImageTooLarge);
  if (means == 400 && error && is_about_an_unreadable_image(*error)) return std::string(kImageRefused);
  return std::string(code_of_status(means));
}

// Of a key or an account, which `key` names.
std::string account_advice(int status, const std::string& key) {
  if (status == 401 || status == 403) return "; check " + key;
  if (status == 402)
    return "; the account behind " + key +
           " has no credit, or has used up its quota: see its billing, or ask another model";
  return {};
}

constexpr std::array<const char*, 4> kStatusKeys{"code", "status", "status_code", "statusCode"};

// {"base_resp": {"status_code": 1004, "status_msg": "..."}} of MiniMax, as other servers would say it.
std::optional<json::value> reported_by_base(const json::object& body) {
  const auto* base = object_in(body, "base_resp");
  auto code = count_in(base, "status_code");
  if (code == 0) return std::nullopt;
  auto words = text_in(*base, "status_msg");
  json::object error{{"message", (words.empty() ? "status" : words) + " (" + std::to_string(code) + ")"}};
  if (int status = status_of_base_code(code)) error["code"] = status;
  return error;
}

// {"error": true, "message": "..."}, {"error": "Bad Request", "message": "...", "statusCode": 400},
// {"error": "...", "status": 503}: one error.
json::value error_with_what_stands_beside(const json::value& error, const json::object& body) {
  auto beside = body;
  beside.erase("error");
  if (error.is_number() && status_in(beside) == 0) beside["code"] = error;
  auto words = error_words(beside);
  if (words.empty()) words = text_in(body, "error_description");
  const auto* name = error.if_string();
  if (!name && words.empty() && status_in(beside) == 0) return error;
  if (name && !beside.contains("type")) beside["type"] = *name;  // "insufficient_quota"
  if (name) words = std::string(*name) + (words.empty() ? "" : ": " + words);
  if (!words.empty()) beside["message"] = words;
  return beside;
}

// Of "errors": the first of a list; a text or an object is one.
const json::value* first_error_in(const json::object& body) {
  const auto* errors = body.if_contains("errors");
  if (!errors || errors->is_number() || errors->is_bool() || !tells_of_an_error(*errors)) return nullptr;
  const auto* list = errors->if_array();
  return list ? &*std::ranges::find_if(*list, tells_of_an_error) : errors;
}

// Why Groq stopped a stream early: {"x_groq": {"error": "over_capacity"}}.
const json::value* error_of_groq(const json::object& body) {
  const auto* groq = object_in(body, "x_groq");
  const auto* error = groq ? groq->if_contains("error") : nullptr;
  return error && tells_of_an_error(*error) ? error : nullptr;
}

// What `body` says of an error in the place of an error; nothing: it reports none. The body itself may be the error:
// {"object": "error", "message": "..."}, {"type": "error", "message": "..."}.
std::optional<json::value> reported_error(const json::object& body) {
  if (is_about_a_tool(body)) return std::nullopt;
  const auto* error = body.if_contains("error");
  if (error && tells_of_an_error(*error)) {
    bool stands_alone = error->is_object() || error->is_array();
    return stands_alone ? *error : error_with_what_stands_beside(*error, body);
  }
  if (const auto* first = first_error_in(body)) return *first;
  if (const auto* stopped = error_of_groq(body)) return *stopped;
  if (auto base = reported_by_base(body)) return base;
  bool is_error = text_in(body, "object") == "error" || text_in(body, "type") == "error";
  if (is_error) return body;
  if (auto told = error_in_fields(body)) return *std::move(told);
  return std::nullopt;
}

std::string words_of(const json::value& error) {
  if (const auto* text = error.if_string()) return std::string(std::string_view(*text));
  auto words = error.is_object() ? error_words(error.get_object()) : std::string();
  return words.empty() ? write_json(error) : words;
}

[[noreturn]] void throw_reported(const json::value& error, const Asked& asked) {
  const auto* object = error.if_object();
  json::object plain;
  if (!object) plain["message"] = words_of(error);
  const auto& said = object ? *object : plain;
  int status = status_in(said), means = meant_status(said, status);
  auto words = quotable(words_of(error), asked.secret);
  throw ModelError(
      means ? failure_of_status(means) : Failure::transient, means ? code_of(means, &said) : "model.unavailable",
      asked.target + " reported an error while answering: " + (words.empty() ? "it gave no reason" : words) +
          account_advice(means, "the key of " + asked.provider),
      status, retry_delay_in(said));
}

// {"msg": "connected"}: of gateways that open the stream before the model answers.
bool greets(const json::object& body) {
  constexpr std::array<std::string_view, 10> words{"connected",         "connection established",
                                                   "connection opened", "stream opened",
                                                   "stream open",       "stream started",
                                                   "stream connected",  "hello",
                                                   "welcome",           "ready"};
  return std::ranges::find(words, lowered(error_words(body))) != words.end();
}

// {"status": "queued", "message": "You are third in line"}: the answer is to come.
bool says_it_goes_on(const json::object& body) {
  constexpr std::array<std::string_view, 35> words{
      "connect",  "connected",  "connection", "open",      "opened",      "hello",    "welcome",
      "ready",    "greeting",   "init",       "session",   "queued",      "queueing", "pending",
      "waiting",  "scheduled",  "loading",    "loaded",    "starting",    "started",  "initializing",
      "warming",  "warming_up", "processing", "progress",  "in_progress", "running",  "generating",
      "thinking", "working",    "keepalive",  "heartbeat", "ping",        "info",     "ok"};
  auto is_one = [&](const char* key) { return std::ranges::find(words, lowered(text_in(body, key))) != words.end(); };
  return status_in(body) == 0 &&
         (greets(body) || is_one("status") || is_one("state") || is_one("type") || is_one("event"));
}

// {"code": 0, "message": "Success"}, {"code": 200, "msg": "ok"}; but {"choices": null, "code": 0, "message": "..."} has
// failed.
bool says_it_went_well(const json::object& body) {
  if (means_an_error(body)) return false;
  if (says_success(error_words(body))) return true;
  const auto* choices = body.if_contains("choices");
  return (!choices || !choices->is_null()) && std::ranges::any_of(kStatusKeys, [&](const char* key) {
           const auto* code = body.if_contains(key);
           const auto* text = code ? code->if_string() : nullptr;
           return code && (*code == 0 || *code == 200 || (text && !trim(*text).empty() && is_no_error(*text)));
         });
}

ToldError told_in(int status, std::string_view body, const std::string& secret) {
  auto parsed = parse_tolerant_json(body);
  const auto* object = parsed ? error_body(*parsed) : nullptr;
  auto reported = object ? reported_error(*object) : std::nullopt;
  const auto* error = reported ? reported->if_object() : nullptr;
  if (!error) error = object;
  auto words = error ? error_words(*error) : std::string();
  int means = error ? meant_status(*error, status) : status;
  return {quotable(words.empty() ? body : std::string_view(words), secret), means, code_of(means, error)};
}

std::string advice(int status, const Server& server) {
  switch (status) {
    case 401:
    case 402:
    case 403:
      return account_advice(status, server.variable);
    case 404:
      return "; check the model's id and the server's address " + server.base_url +
             " (of an OpenAI-compatible API it mostly ends in /v1)";
    case 413:
      return "; send less, or take a model with a larger context";
    case 429:
      return "; slow down, or raise the limits of the account behind " + server.variable;
    default:
      return failure_of_status(status) == Failure::permanent ? "; change the request or the model"
                                                             : "; try again later";
  }
}

// "https://host:port" of a Location, and no more: what follows may hold anything. Empty: it names none.
std::string origin_of(std::string_view location) {
  auto slashes = location.find("//");
  auto scheme = location.substr(0, slashes);
  bool has_host = scheme.empty() || scheme == "http:" || scheme == "https:";
  if (slashes == std::string_view::npos || !has_host) return {};
  auto authority = location.substr(slashes + 2);
  authority = authority.substr(0, authority.find_first_of("/?#\\"));
  if (auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  return authority.empty() ? std::string() : std::string(scheme) + "//" + std::string(authority);
}

// The body is left out: most hold the whole address, which may hold the key.
ModelError redirect_error(int status, std::string_view location, const Server& server) {
  auto origin = quotable(origin_of(location), server.secret);
  return {failure_of_status(status), std::string(code_of_status(status)),
          server.target + " answered with HTTP status " + std::to_string(status) + ", a redirect to " +
              (origin.empty() ? "another address" : origin) +
              ", and redirects are not followed; correct the server's address, now " + server.base_url,
          status};
}

}  // namespace

ModelError status_error(int status, std::string_view body, std::optional<Milliseconds> retry_after,
                        const Server& server, std::string_view location) {
  if (status >= 300 && status < 400) return redirect_error(status, location, server);
  auto told = told_in(status, body, server.secret);
  return {failure_of_status(told.means), std::move(told.code),
          server.target + " answered with HTTP status " + std::to_string(status) +
              (told.words.empty() ? "" : ": " + told.words) + advice(told.means, server),
          status, retry_after};
}

ModelError status_error(const net::HttpResponse& response, const Server& server,
                        std::optional<Milliseconds> retry_after) {
  auto location = net::find_header(response.headers, "location").value_or("");
  return status_error(response.status, response.body, retry_after, server, location);
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
  if (code == "net.too_large")
    return error(Failure::permanent, "model.too_large", "sent too large an answer",
                 "ask for a shorter one, or lower max_output_tokens");
  if (code == "net.bad_url" || code == "net.bad_request")
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

ModelError no_json(const Asked& asked, std::string_view what, std::string_view came) {
  constexpr std::size_t shown = 160;
  auto words = quotable(came, asked.secret);
  auto begin = std::string(clip(words, shown));
  return malformed_answer(asked.target, std::string(what) + (begin.empty() ? " is empty" : " is no JSON: " + begin));
}

ModelError broken_answer(const std::string& target, const std::string& why) {
  return {Failure::transient, "model.broken", "the answer of " + target + " is of no use: " + why + "; ask again"};
}

ModelError truncated_answer(const std::string& target) {
  return {Failure::transient, "model.truncated", "the answer of " + target + " ended in the middle; ask again"};
}

const json::object* error_body(const json::value& body) {
  if (const auto* list = body.if_array()) return list->empty() ? nullptr : list->front().if_object();
  return body.if_object();
}

std::vector<json::object> event_objects(std::string_view event, const Asked& asked) {
  auto parsed = parse_answer(event);
  auto* list = parsed ? parsed->if_array() : nullptr;
  std::vector<json::object> objects;
  auto add = [&](json::value& value) {
    auto* object = value.if_object();
    if (!object) throw no_json(asked, "an event of its stream", event);
    objects.push_back(std::move(*object));
  };
  if (list)
    std::ranges::for_each(*list, add);
  else if (parsed)
    add(*parsed);
  if (objects.empty()) throw no_json(asked, "an event of its stream", event);
  return objects;
}

json::object body_object(std::string_view body, const Asked& asked) {
  auto parsed = parse_answer(body);
  if (!parsed) throw no_json(asked, "it", body);
  auto* object = parsed->if_object();
  if (!object) throw malformed_answer(asked.target, "it is no JSON object");
  return std::move(*object);
}

bool reports_something(const json::value& error) {
  if (const auto* object = error.if_object())
    return std::ranges::any_of(*object, [](const auto& member) { return reports_something(member.value()); });
  if (const auto* list = error.if_array()) return std::ranges::any_of(*list, reports_something);
  if (const auto* text = error.if_string()) return !trim(*text).empty() && trim(*text) != "null";
  if (error.is_number()) return error.to_number<double>() != 0;
  return error.is_bool() && error.get_bool();
}

bool means_an_error(const json::object& body) { return meant_status(body, status_in(body)) != 0; }

bool reports_error(const json::object& body) { return reported_error(body).has_value(); }

void throw_if_error(const json::object& body, const Asked& asked) {
  if (auto error = reported_error(body)) throw_reported(*error, asked);
}

void throw_if_told_instead(const json::object& body, const Asked& asked) {
  auto told = body;
  told.erase("error");  // which reports nothing
  if (error_words(told).empty() || is_about_a_tool(told) || says_it_goes_on(told) || says_it_went_well(told)) return;
  throw_reported(told, asked);
}

}  // namespace executus::llm
