// A model behind an OpenAI-compatible server that streams its answers piece by piece and holds where the test says.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <executus/testing/http_server.hpp>

namespace executus::testing {

// One answer: what is shown at once, and what follows when the gate is open.
struct Streamed {
  std::string text = {};
  std::shared_ptr<Gate> held = {};  // null: all of it comes at once
  std::string rest = {};
  std::string tool = {};  // that it calls in the end, without arguments
};

class StreamingModel final {
 public:
  // The n-th request gets the n-th answer; what goes beyond is refused.
  explicit StreamingModel(std::vector<Streamed> answers);

  [[nodiscard]] std::string variable() const;  // the value of LLM_LAB: then lab/m is this model
  [[nodiscard]] HttpServer& server() noexcept { return server_; }
  [[nodiscard]] std::size_t asked() const { return server_.request_count(); }
  [[nodiscard]] std::string request(std::size_t n) const { return server_.requests().at(n).body; }

 private:
  HttpServer::Reply answer(const HttpServer::Request& request) const;

  const std::vector<Streamed> answers_;
  HttpServer server_;  // last: its threads use what stands above
};

}  // namespace executus::testing
