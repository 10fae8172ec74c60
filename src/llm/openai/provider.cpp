#include "llm/openai/provider.hpp"

#include <utility>

#include "llm/dsn.hpp"
#include "llm/openai/request.hpp"
#include "llm/openai/stream.hpp"

namespace executus::llm::openai {
namespace {

class ChatProtocol final : public Protocol {
 public:
  ChatProtocol(std::shared_ptr<const Endpoint> endpoint, Dialect dialect)
      : endpoint_(std::move(endpoint)), dialect_(std::move(dialect)) {}

  [[nodiscard]] WireRequest request(const Request& request, const ToolNames& names, Delivery delivery) const override {
    WireRequest wire{"/chat/completions", {}, request_body(request, names, dialect_, delivery)};
    if (!endpoint_->token.empty()) wire.headers.emplace_back("Authorization", "Bearer " + endpoint_->token);
    return wire;
  }
  [[nodiscard]] std::unique_ptr<AnswerReader> reader(Asked asked) const override {
    return std::make_unique<ChatReader>(std::move(asked));
  }

 private:
  std::shared_ptr<const Endpoint> endpoint_;
  Dialect dialect_;
};

class OpenAiProvider final : public Provider {
 public:
  OpenAiProvider(Endpoint endpoint, net::HttpClient& http, Milliseconds call_timeout)
      : endpoint_(std::make_shared<const Endpoint>(std::move(endpoint))), http_(http), call_timeout_(call_timeout) {}

  [[nodiscard]] const std::string& name() const override { return endpoint_->name; }

  std::shared_ptr<Model> model(std::string id) override {
    Dialect dialect{.provider = endpoint_->name, .model = id};
    HttpModelOptions options{.timeout = call_timeout_};
    if (host_of(endpoint_->base_url) == host_of(kOfficialUrl)) {
      dialect.output_limit_key = "max_completion_tokens";
      options.key = HttpModelOptions::Key::required;
    }
    return std::make_shared<HttpModel>(endpoint_, std::move(id),
                                       std::make_unique<ChatProtocol>(endpoint_, std::move(dialect)), http_, options);
  }

 private:
  std::shared_ptr<const Endpoint> endpoint_;  // shared with the models, which may live longer
  net::HttpClient& http_;
  Milliseconds call_timeout_;
};

}  // namespace

std::shared_ptr<Provider> make_provider(Endpoint endpoint, net::HttpClient& http, Milliseconds call_timeout) {
  return std::make_shared<OpenAiProvider>(std::move(endpoint), http, call_timeout);
}

}  // namespace executus::llm::openai
