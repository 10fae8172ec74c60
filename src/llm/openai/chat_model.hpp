// A model behind POST <base>/chat/completions.
#pragma once

#include <memory>
#include <string>

#include <executus/llm/model.hpp>

#include "llm/openai/request.hpp"
#include "llm/openai/response.hpp"
#include "llm/vendor.hpp"
#include "net/client/http_client.hpp"

namespace executus::llm::openai {

class ChatModel final : public Model {
 public:
  enum class Key { required, optional };

  ChatModel(std::shared_ptr<const Endpoint> endpoint, net::HttpClient& http, Dialect dialect, Key key,
            Milliseconds timeout);

  [[nodiscard]] Task<Response> generate(Request request, StreamObserver* observer) override;
  [[nodiscard]] const std::string& target() const override { return target_; }

 private:
  [[nodiscard]] net::HttpRequest http_request(const Request& request, const ToolNames& names, Delivery delivery) const;
  [[nodiscard]] Task<Response> exchange(net::HttpRequest http, Asked asked, StreamObserver* observer);
  [[nodiscard]] Task<Response> read_stream(std::unique_ptr<net::HttpBody> body, Asked asked, StreamObserver* observer);
  [[nodiscard]] Task<Response> read_whole(net::HttpStream stream, Asked asked, StreamObserver* observer);

  std::shared_ptr<const Endpoint> endpoint_;
  net::HttpClient& http_;
  Dialect dialect_;
  Key key_;
  Milliseconds timeout_;
  std::string target_;
};

}  // namespace executus::llm::openai
