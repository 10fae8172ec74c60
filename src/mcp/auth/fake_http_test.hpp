// An HTTP client that answers from a script of the test, on one thread: nothing is sent, and nothing waits but for the
// clock of the test.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <executus/async/one_shot.hpp>
#include <executus/net/client/http_client.hpp>

namespace executus::mcp {

struct FakeReply {
  int status = 200;
  net::HttpHeaders headers = {{"Content-Type", "application/json"}};
  std::vector<std::string> pieces = {};
  enum class End { whole, broken, open } end = End::whole;
  bool endless = false;  // not even a status comes
};

inline FakeReply json_reply(std::string body, int status = 200) {
  return {.status = status, .pieces = {std::move(body)}};
}
inline FakeReply events_reply(std::vector<std::string> pieces, FakeReply::End end = FakeReply::End::whole) {
  return {.headers = {{"Content-Type", "text/event-stream"}}, .pieces = std::move(pieces), .end = end};
}

class FakeBody final : public net::HttpBody {
 public:
  FakeBody(FakeReply reply, int& ended)
      : reply_(std::move(reply)), left_(reply_.pieces.begin(), reply_.pieces.end()), ended_(ended) {}
  ~FakeBody() override { ++ended_; }

  Task<std::optional<std::string>> next() override {
    if (!left_.empty()) {
      auto piece = left_.front();
      left_.pop_front();
      co_return piece;
    }
    if (reply_.end == FakeReply::End::broken)
      throw net::HttpError(ErrorKind::disconnected, "net.reset", "the connection broke", net::Sent::maybe);
    if (reply_.end == FakeReply::End::open) co_await OneShot<>().wait();
    co_return std::nullopt;
  }
  void discard() override {}

 private:
  FakeReply reply_;
  std::deque<std::string> left_;
  int& ended_;
};

class FakeHttp final : public net::HttpClient {
 public:
  // May throw what a client throws.
  explicit FakeHttp(std::function<FakeReply(const net::HttpRequest&)> answers) : answers_(std::move(answers)) {}

  Task<net::HttpStream> open(net::HttpRequest request) override {
    asked.push_back(request);
    auto context = co_await this_task();
    OneShot<> soon;  // never at once: others come in between
    context.strand->post([soon] { soon.set(); });
    co_await soon.wait();
    auto reply = answers_(request);
    if (reply.endless) co_await unanswered();
    net::HttpStream stream{reply.status, reply.headers, nullptr};
    stream.body = std::make_unique<FakeBody>(std::move(reply), ended);
    co_return std::move(stream);
  }

  void answer_with(std::function<FakeReply(const net::HttpRequest&)> answers) { answers_ = std::move(answers); }

  std::vector<net::HttpRequest> asked;
  int waiting = 0;  // requests without a status
  int ended = 0;    // bodies that were let go of

 private:
  Task<void> unanswered() {
    ++waiting;
    try {
      co_await OneShot<>().wait();
    } catch (const Cancelled&) {
      --waiting;
      throw;
    }
  }
  std::function<FakeReply(const net::HttpRequest&)> answers_;
};

inline std::string header_in(const net::HttpRequest& request, std::string_view name) {
  return std::string(net::find_header(request.headers, name).value_or("(none)"));
}

}  // namespace executus::mcp
