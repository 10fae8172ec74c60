#include "mcp/http/http_exchange.hpp"

#include <utility>

#include <executus/async/timing.hpp>

namespace executus::mcp {

Task<std::optional<Loss>> HttpExchange::run() {
  auto loss = co_await post();
  while (loss && can_go_on_) {
    auto wait = place_.next_wait(Resumption::Needs::an_id);
    if (!wait) break;
    co_await sleep_for(*wait);
    loss = co_await go_on();
  }
  co_return loss;
}

Task<std::optional<Loss>> HttpExchange::post() {
  try {
    had_session_ = !channel_.agreed.session.empty() && !is_modern_message(outgoing_.message) && !begins_session();
    auto stream = co_await channel_.post(outgoing_);
    is_begun_ = true;
    co_return co_await read(std::move(stream));
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    auto loss = loss_of(error, channel_.server());
    if (!is_begun_ && loss.problem.code() == error.code()) loss.got = Loss::Got::no;  // nothing was there to let it in
    co_return loss;
  }
}

// The request was sent before, so that its answer is in doubt whatever comes of this.
Task<std::optional<Loss>> HttpExchange::go_on() {
  try {
    auto stream = co_await channel_.listen(place_.last_id());
    can_go_on_ = stream.status == 200 && answer_kind(stream.headers, stream.status) == AnswerKind::events;
    if (can_go_on_) co_return co_await read(std::move(stream));
    co_return no_answer("the rest of its answer cannot be had (HTTP " + std::to_string(stream.status) + ")");
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    co_return no_answer(error.message());
  }
}

Task<std::optional<Loss>> HttpExchange::read(net::HttpStream stream) {
  if (stream.status < 200 || stream.status > 299) co_return co_await read_refusal(std::move(stream));
  const auto* request = std::get_if<Request>(&outgoing_.message);
  if (begins_session()) channel_.agreed.session = net::find_header(stream.headers, "Mcp-Session-Id").value_or("");
  auto kind = answer_kind(stream.headers, stream.status);
  if (!request || kind == AnswerKind::nothing) {
    stream.body->discard();
    if (!request) co_return std::nullopt;
    co_return no_answer("it took the request with HTTP " + std::to_string(stream.status) + ", which has no answer");
  }
  Hears hears = [this](Message message) { return hear(std::move(message)); };
  if (kind == AnswerKind::events) {
    can_go_on_ = !is_modern_message(outgoing_.message);
    static_cast<void>(co_await read_events(std::move(stream.body), place_, hears));
  } else {
    auto text = co_await whole_body(std::move(stream.body));
    static_cast<void>(hear_text(text, hears));
  }
  if (answered_) co_return std::nullopt;
  co_return no_answer(kind == AnswerKind::events ? "its stream ended before" : "what it sent holds none");
}

Task<std::optional<Loss>> HttpExchange::read_refusal(net::HttpStream stream) {
  Refusal refusal{.status = stream.status, .headers = std::move(stream.headers), .had_session = had_session_};
  try {
    refusal.body = co_await whole_body(std::move(stream.body));
  } catch (const net::HttpError&) {
    // The status says enough.
  }
  if (auto id = asked())
    if (auto error = error_in(refusal, *id)) {
      static_cast<void>(hear(Response{id, std::move(*error)}));
      co_return std::nullopt;
    }
  co_return loss_of(std::move(refusal), channel_.server());
}

Loss HttpExchange::no_answer(const std::string& why) const {
  Error problem(ErrorKind::disconnected, "mcp.unreachable",
                "MCP server '" + channel_.server() + "' gave no answer: " + why);
  return {.got = Loss::Got::maybe, .why = Loss::Why::cut, .problem = std::move(problem)};
}

// An error without an id is about the message that it answers.
Then HttpExchange::hear(Message message) {
  if (auto* response = std::get_if<Response>(&message)) {
    if (!response->id) response->id = asked();
    answered_ = answered_ || response->id == asked();
  }
  static_cast<void>(hears_(std::move(message)));
  return answered_ ? Then::stop : Then::go_on;
}

bool HttpExchange::begins_session() const {
  const auto* request = std::get_if<Request>(&outgoing_.message);
  return request && request->method == "initialize";
}

std::optional<RpcId> HttpExchange::asked() const {
  const auto* request = std::get_if<Request>(&outgoing_.message);
  return request ? std::optional(request->id) : std::nullopt;
}

}  // namespace executus::mcp
