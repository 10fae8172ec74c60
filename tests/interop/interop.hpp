// The shipped resolver and the shipped HTTP client, with the mock as every provider they know.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <executus/async/loop.hpp>
#include <executus/base/environment.hpp>
#include <executus/llm/providers.hpp>
#include <executus/net/client/http_client.hpp>

#include "aimock.hpp"
#include "peers.hpp"

namespace executus::interop {

// What a person saw of an answer.
class Screen final : public llm::StreamObserver {
 public:
  void on_text(std::string_view delta) override {
    shown.append(delta);
    ++deltas;
  }
  void on_reset() override {
    taken_back.push_back(std::move(shown));
    shown.clear();
  }

  std::string shown;
  std::vector<std::string> taken_back;
  int deltas = 0;
};

class Interop : public ::testing::TestWithParam<Peer> {
 protected:
  Interop();

  // The model of this case's provider.
  [[nodiscard]] std::shared_ptr<llm::Model> model() { return resolve(spec(GetParam())); }
  [[nodiscard]] std::shared_ptr<llm::Model> resolve(const std::string& spec);
  [[nodiscard]] static std::string spec(const Peer& peer) { return peer.name + "/" + peer.model; }

  // What this case's model answers.
  llm::Response ask(llm::Request request, llm::StreamObserver* screen = nullptr) {
    return ask(*model(), std::move(request), screen);
  }
  llm::Response ask(llm::Model& model, llm::Request request, llm::StreamObserver* screen = nullptr);

  // How it fails; the test fails when it does not.
  llm::ModelError failure_of(llm::Request request, llm::StreamObserver* screen = nullptr) {
    return failure_of(*model(), std::move(request), screen);
  }
  llm::ModelError failure_of(llm::Model& model, llm::Request request, llm::StreamObserver* screen = nullptr);

  // A question, with a system prompt and with the tools get_weather and get_time.
  [[nodiscard]] static llm::Request question(const std::string& text);

  // Puts the answer and the results of its calls into the request.
  static void answer_calls(llm::Request& request, const llm::Response& response, std::vector<std::string> results);

  // What the mock noted of each request it has had, in its own words for all providers.
  [[nodiscard]] boost::json::array journal();

  std::vector<std::string> chain_events_;  // "attempt chat/gpt-5.1", ...

 private:
  [[nodiscard]] FixedEnvironment::Variables variables() const;

  Aimock mock_;
  FixedEnvironment environment_{variables()};
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<llm::ModelCatalog> catalog_;
};

}  // namespace executus::interop
