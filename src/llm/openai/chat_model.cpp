#include "llm/openai/chat_model.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "llm/failure.hpp"
#include "llm/openai/errors.hpp"
#include "llm/openai/stream.hpp"
#include "net/client/sse_parser.hpp"

namespace executus::llm::openai {
namespace {

std::optional<Milliseconds> wait_in(const net::HttpHeaders& headers, WallTime now) {
  if (auto exact = net::find_header(headers, "retry-after-ms"))
    if (auto thousandfold = parse_retry_after(*exact, now)) return *thousandfold / 1'000;
  auto header = net::find_header(headers, "retry-after");
  return header ? parse_retry_after(*header, now) : std::nullopt;
}

bool is_event_stream(const net::HttpHeaders& headers) {
  auto type = net::find_header(headers, "content-type");
  return type && type->starts_with("text/event-stream");
}

void show(std::string_view text, StreamObserver* observer) {
  if (observer && !text.empty()) observer->on_text(text);
}

std::vector<net::SseEvent> events_in(net::SseParser& parser, std::string_view bytes, const std::string& target) {
  try {
    return parser.feed(bytes);
  } catch (const Error& error) {
    throw malformed_answer(target, error.message());
  }
}

}  // namespace

ChatModel::ChatModel(std::shared_ptr<const Endpoint> endpoint, net::HttpClient& http, Dialect dialect, Key key,
                     Milliseconds timeout)
    : endpoint_(std::move(endpoint)),
      http_(http),
      dialect_(std::move(dialect)),
      key_(key),
      timeout_(timeout),
      target_(dialect_.provider + "/" + dialect_.model) {}

net::HttpRequest ChatModel::http_request(const Request& request, const ToolNames& names, Delivery delivery) const {
  net::HttpRequest http;
  http.method = "POST";
  http.url = endpoint_->base_url + "/chat/completions";
  http.headers = {{"Content-Type", "application/json"},
                  {"Accept", delivery == Delivery::streamed ? "text/event-stream" : "application/json"}};
  if (!endpoint_->token.empty()) http.headers.emplace_back("Authorization", "Bearer " + endpoint_->token);
  http.body = request_body(request, names, dialect_, delivery);
  http.timeout = timeout_;
  return http;
}

Task<Response> ChatModel::generate(Request request, StreamObserver* observer) {
  Server server{endpoint_->base_url, endpoint_->variable};
  if (key_ == Key::required && endpoint_->token.empty()) throw missing_key(target_, server);
  Asked asked{dialect_.provider, target_, endpoint_->token, ToolNames(request.tools), CallIds(request.messages)};
  auto http = http_request(request, asked.names, observer ? Delivery::streamed : Delivery::whole);
  request = {};  // the answer may take minutes, and many runs wait at once
  try {
    co_return co_await exchange(std::move(http), std::move(asked), observer);
  } catch (const net::HttpError& error) {
    throw transport_error(error.code(), error.message(), target_, server);
  }
}

// A server may answer in one piece although it was asked for a stream.
Task<Response> ChatModel::exchange(net::HttpRequest http, Asked asked, StreamObserver* observer) {
  net::HttpStream stream = co_await http_.open(std::move(http));
  bool success = stream.status >= 200 && stream.status < 300;
  if (success && is_event_stream(stream.headers)) {
    auto body = std::move(stream.body);
    co_return co_await read_stream(std::move(body), std::move(asked), observer);
  }
  co_return co_await read_whole(std::move(stream), std::move(asked), observer);
}

Task<Response> ChatModel::read_stream(std::unique_ptr<net::HttpBody> body, Asked asked, StreamObserver* observer) {
  net::SseParser events;
  StreamReader answer(std::move(asked));
  while (!answer.done()) {
    std::optional<std::string> bytes = co_await body->next();
    if (!bytes) break;
    for (const auto& event : events_in(events, *bytes, target_)) show(answer.add(event.data), observer);
  }
  co_return answer.finish();
}

Task<Response> ChatModel::read_whole(net::HttpStream stream, Asked asked, StreamObserver* observer) {
  std::string body;
  while (std::optional<std::string> bytes = co_await stream.body->next()) body += *bytes;
  if (stream.status < 200 || stream.status >= 300) {
    TaskContext context = co_await this_task();
    auto wait = wait_in(stream.headers, context.strand->loop().clock().wall());
    throw status_error(stream.status, body, wait, asked, {endpoint_->base_url, endpoint_->variable});
  }
  auto response = read_response(body, std::move(asked));
  show(response.message.text(), observer);
  co_return response;
}

}  // namespace executus::llm::openai
