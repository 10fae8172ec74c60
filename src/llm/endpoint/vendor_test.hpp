// For the tests of vendors: the real HTTP client against a server that answers everything with `reply_`.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include <executus/async/root_group.hpp>
#include <executus/llm/model.hpp>
#include <executus/net/client/http_client.hpp>
#include <executus/testing/http_server.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm {

using Reply = testing::HttpServer::Reply;

constexpr const char* kCanary = "c4n4ry-0123456789";  // the key; no error and no body may have it

inline Reply json_reply(int status, std::string body) {
  return {status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

// Each of `events` is the data of a server-sent event.
inline Reply events_reply(const std::vector<std::string>& events, const std::string& line_end = "\n") {
  Reply reply{200, {{"Content-Type", "text/event-stream; charset=utf-8"}}, ""};
  for (const auto& event : events) reply.chunks.push_back({"data: " + event + line_end + line_end, nullptr});
  return reply;
}

struct ShownPieces final : StreamObserver {
  void on_text(std::string_view delta) override {
    pieces.emplace_back(delta);
    if (gate) gate->open();
  }
  void on_reset() override {}
  std::vector<std::string> pieces;
  std::shared_ptr<testing::Gate> gate;  // opened by the first piece
};

class VendorTest : public ::testing::Test {
 protected:
  explicit VendorTest(Reply reply) : reply_(std::move(reply)) {}

  Response ask(Model& model, StreamObserver* observer = nullptr) {
    Request request;
    request.system = "Be brief.";
    request.messages.push_back(user_message("Hi"));
    return ask(model, std::move(request), observer);
  }
  Response ask(Model& model, Request request, StreamObserver* observer = nullptr) {
    return block_on(*loop_, model.generate(std::move(request), observer));
  }
  ModelError error_of(const std::shared_ptr<Model>& model, StreamObserver* observer = nullptr) {
    auto error = error_in([&] { return ask(*model, observer); });
    EXPECT_THAT(error.message(), ::testing::AllOf(::testing::HasSubstr(model->target()),
                                                  ::testing::Not(::testing::HasSubstr("c4n4ry"))));
    return error;
  }

  ShownPieces shown_;
  Reply reply_;
  std::string server_refuses_;  // requests that have this word
  testing::HttpServer server_{[this](const testing::HttpServer::Request& request) {
    bool refused = !server_refuses_.empty() && request.body.find(server_refuses_) != std::string::npos;
    return refused ? json_reply(400, R"({"error":{"message":"no such parameter: )" + server_refuses_ + "\"}}") : reply_;
  }};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_ = net::make_http_client(*loop_);
};

}  // namespace executus::llm
